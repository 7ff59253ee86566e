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
import { seedOf, type Subject, subject } from "../../../jobs/test/support/subject.ts"
import { type Contents, type Findings, findings } from "../../../jobs/test/support/findings.ts"
import { type Form, forms } from "./forms.ts"
import { random } from "../../../jobs/test/support/random.ts"

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

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A form of a job with an account of its own, where each trial has a subject of its own. */
interface Arena {
  readonly form: Form
  readonly account: Sandbox
  readonly subjects: Array<Subject>
  /** how long the job takes, in milliseconds */
  span: number
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

const contentsOf = async (account: Sandbox): Promise<Contents> => ({
  images: await account.images(),
  actions: await account.allActions(),
  droplets: await account.droplets(),
  // nothing but the log of the sandbox shows it
  offers: (image) =>
    account.log().match(new RegExp(` 2\\d\\d POST /v2/images/${image}/account_transfer(?!/)`, "g"))?.length ?? 0
})

/** What is wrong with the account of a job that has come to its end. */
const inspect = async ({ account, form }: Arena, own: Subject, problem: string | undefined): Promise<Findings> => {
  await until(isQuiet(account))
  const found = findings(await contentsOf(account), form.expected(own), own)
  return { ...found, lost: [...(problem === undefined ? [] : [problem]), ...found.lost] }
}

const textOf = ({ duplicates, left, lost }: Findings): string => [...duplicates, ...lost, ...left].join("; ")

/** Work that runs at the same time as other work, up to `--at-once`. */
let free = options["at-once"]
const slot = async <A>(work: () => Promise<A>): Promise<A> => {
  while (free === 0) await pause(20)
  free -= 1
  try {
    return await work()
  } finally {
    free += 1
  }
}

const isFinished = async (account: Sandbox, { expected, mark }: Form, own: Subject): Promise<boolean> => {
  const { image } = expected(own)
  if (mark === undefined || typeof image === "number") return false
  return (await account.images()).some(({ name, tags }) => image.test(name) && tags.includes(mark))
}

/** Kills one job at a random moment, runs it again to its end, and counts what is wrong then. False if it was quicker. */
const trial = async (arena: Arena, chance: () => number): Promise<boolean> => {
  const { account, form, subjects } = arena
  const own = subjects.shift()
  if (own === undefined) throw new Error(`${form.name} ends before it is killed, again and again`)
  const after = Math.round(arena.span * (0.25 + 0.75 * chance()))
  const before = (form.pause ?? 0) + Math.round(1500 * chance())
  const isKilled = await slot(async () => {
    const running = doimg(account, form.args(own))
    await Promise.race([pause(after), running.ended])
    running.signal("SIGKILL")
    return (await running.ended).code === "SIGKILL"
  })
  // a process that is killed after its last change has done its work
  if (!isKilled || (await isFinished(account, form, own))) {
    arena.span *= 0.9
    return false
  }
  await pause(before)
  const problem = await slot(() => finish(arena, own))
  const found = await inspect(arena, own, problem)
  total.kills += 1
  total.duplicates += found.duplicates.length
  total.lost += found.lost.length
  total.left += found.left.length
  const wrong = textOf(found)
  if (wrong !== "") print(`${form.name}, killed after ${after} ms, again ${before} ms later: ${wrong}`)
  return true
}

/** Runs a job without killing it, to see how long it takes. */
const measure = async (arena: Arena): Promise<void> => {
  const own = arena.subjects.shift()!
  const start = performance.now()
  const problem = await finish(arena, own)
  arena.span = performance.now() - start
  const wrong = textOf(await inspect(arena, own, problem))
  if (wrong !== "") throw new Error(`${arena.form.name} is wrong without being killed: ${wrong}`)
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
    return { form, account, subjects, span: 0 }
  })
  try {
    await Promise.all(arenas.map(({ account }) => account.begin()))
    await Promise.all(arenas.map((arena) => slot(() => measure(arena))))
    // the forms take turns
    const turns = Array.from({ length: options.kills }, (_, i) => arenas[i % arenas.length]!)
    await Promise.all(
      turns.map(async (arena, i) => {
        // of each trial the same, whatever the others do meanwhile
        const chance = random(options.seed * 10_000 + i)
        while (!(await trial(arena, chance)));
      })
    )
  } finally {
    await Promise.all(arenas.map(({ account }) => account.end()))
    remove()
  }
  const { duplicates, kills, left, lost } = total
  print(`${kills} kills, ${duplicates} duplicates, ${lost} lost, ${left} left over or off`)
  return kills >= options.kills && duplicates + lost + left === 0 ? 0 : 1
}

process.exitCode = await main()
