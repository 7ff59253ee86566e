/**
 * `npm run chaos:doimg -- --kills 60`: kills jobs of the built doimg at random moments with SIGKILL, runs each again to
 * its end, and counts what is twice, lost or left in the account of a sandbox.
 *
 * Options: `--kills N`; `--seed N` repeats a run's chances; `--form TEXT` takes only the forms whose names contain it;
 * `--at-once N` jobs at a time; the rest goes to the sandbox, such as `--status-delay 10s`.
 */
import { setup } from "../bundled.ts"
import { doimg } from "../ends/doimg.ts"
import { type Sandbox, sandbox, until } from "../ends/sandbox.ts"
import { seedOf, type Subject, subject } from "../ends/subject.ts"
import { type Findings, findings } from "./findings.ts"
import { type Form, forms } from "./forms.ts"
import { random } from "./random.ts"

const options = {
  ...{ kills: 60, seed: Math.floor(Math.random() * 1e6), form: "", "at-once": 4 },
  sandbox: [] as Array<string>
}

const rest = process.argv.slice(2)
while (rest.length > 0) {
  const flag = rest.shift()!
  const value = rest.shift() ?? ""
  const name = flag.slice(2)
  if (name === "form") options.form = value
  else if (name === "kills" || name === "seed" || name === "at-once") options[name] = Number(value)
  else options.sandbox.push(flag, value)
}

const print = (line: string) => void process.stdout.write(`${line}\n`)

const chance = random(options.seed)

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A form of a job with an account of its own, where each trial has a subject of its own. */
interface Arena {
  readonly form: Form
  readonly account: Sandbox
  readonly subjects: Array<Subject>
  /** how long the job takes, in milliseconds */
  span: number
  busy: boolean
}

const total = { kills: 0, duplicates: 0, lost: 0, left: 0 }

/** Runs a job to its end, again when it fails; answers why it does not come to one. */
const finish = async ({ account, form }: Arena, subject: Subject): Promise<string | undefined> => {
  let problem: string | undefined
  for (let run = 0; run < 4; run++) {
    const running = doimg(account, form.args(subject))
    const { code } = await running.ended
    if (code === 0 || form.isDone?.test(running.err()) === true) return undefined
    problem = `exit code ${code}: ${running.err().trim().split("\n").at(-1)}`
    await pause(500)
  }
  return problem
}

const isQuiet = (account: Sandbox) => async () =>
  (await account.get<{ actions: ReadonlyArray<{ status: string }> }>("actions?per_page=200")).actions.every(
    ({ status }) => status !== "in-progress"
  )

/** Kills one job at a random moment, runs it again to its end, and counts what is wrong then. */
const trial = async (arena: Arena) => {
  const { account, form, subjects } = arena
  const own = subjects.shift()!
  const after = Math.round(arena.span * (0.25 + 0.75 * chance()))
  const before = Math.round(1500 * chance())
  const running = doimg(account, form.args(own))
  await Promise.race([pause(after), running.ended])
  running.signal("SIGKILL")
  if ((await running.ended).code !== "SIGKILL") {
    // it was quicker than expected
    arena.span *= 0.9
    return
  }
  total.kills += 1
  await pause(before)
  const problem = await finish(arena, own)
  await until(isQuiet(account))
  const found: Findings = await findings(account, form, own)
  const lost = [...(problem === undefined ? [] : [problem]), ...found.lost]
  total.duplicates += found.duplicates.length
  total.lost += lost.length
  total.left += found.left.length
  const wrong = [...found.duplicates, ...lost, ...found.left]
  if (wrong.length > 0) print(`${form.name}, killed after ${after} ms, again ${before} ms later: ${wrong.join("; ")}`)
}

const main = async (): Promise<number> => {
  const chosen = forms.filter(({ name }) => name.includes(options.form))
  if (chosen.length === 0)
    throw new Error(`no form contains ${options.form}: ${forms.map(({ name }) => name).join(", ")}`)
  const each = Math.ceil(options.kills / chosen.length)
  print(`${options.kills} kills of ${chosen.length} forms, --seed ${options.seed}`)
  const remove = setup()
  const arenas = chosen.map((form): Arena => {
    const subjects = Array.from({ length: 3 * each + 5 }, (_, i) => subject(i))
    const account = sandbox({ seed: seedOf(subjects), flags: ["--speed", "60", ...options.sandbox] })
    return { form, account, subjects, span: 0, busy: false }
  })
  try {
    await Promise.all(arenas.map(({ account }) => account.begin()))
    const measure = async (arena: Arena) => {
      const start = performance.now()
      const problem = await finish(arena, arena.subjects.shift()!)
      if (problem !== undefined) throw new Error(`${arena.form.name} fails without being killed: ${problem}`)
      arena.span = performance.now() - start
    }
    let left = [...arenas]
    const atOnce = <A>(work: () => Promise<A>) => Promise.all(Array.from({ length: options["at-once"] }, work))
    await atOnce(async () => {
      for (let arena = left.shift(); arena !== undefined; arena = left.shift()) await measure(arena)
    })
    left = [...arenas]
    let started = 0
    await atOnce(async () => {
      while (total.kills + started < options.kills) {
        const at = left.findIndex(({ busy, subjects }) => !busy && subjects.length > 0)
        if (at < 0) {
          if (!left.some(({ busy }) => busy)) return
          await pause(50)
          continue
        }
        // the forms take turns
        const [arena] = left.splice(at, 1)
        left.push(arena!)
        started += 1
        arena!.busy = true
        await trial(arena!)
        arena!.busy = false
        started -= 1
      }
    })
  } finally {
    await Promise.all(arenas.map(({ account }) => account.end()))
    remove()
  }
  const { duplicates, kills, left, lost } = total
  print(`${kills} kills, ${duplicates} duplicates, ${lost} lost, ${left} left over or off`)
  return kills >= options.kills && duplicates + lost + left === 0 ? 0 : 1
}

process.exitCode = await main()
