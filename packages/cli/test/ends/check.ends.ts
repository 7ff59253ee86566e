import { describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { account } from "./account.ts"
import { until } from "./sandbox.ts"
import { seedOf, subject } from "../../../jobs/test/support/subject.ts"
import { doimg, type Started } from "./doimg.ts"

const isAlive = (pid: number): boolean => {
  try {
    // a process that nobody has waited for is dead all the same
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const endings: ReadonlyArray<
  readonly [name: string, code: number, act: (running: Started) => Promise<void>, flags?: ReadonlyArray<string>]
> = [
  ["SIGTERM", 143, async ({ signal }) => signal("SIGTERM")],
  ["SIGHUP", 129, async ({ signal }) => signal("SIGHUP")],
  ["SIGINT", 130, async ({ signal }) => signal("SIGINT")],
  [
    "SIGINT twice",
    130,
    async ({ signal }) => {
      signal("SIGINT")
      await pause(150)
      signal("SIGINT")
    }
  ],
  ["--timeout", 7, async () => undefined, ["--timeout", "8s"]]
]

// R52
describe.skipIf(process.platform !== "linux").concurrent("the command of verify --check (needs /proc)", () => {
  const subjects = Array.from({ length: 2 * endings.length + 3 }, (_, i) => subject(i))
  const here = account({ seed: seedOf(subjects), flags: ["--speed", "60"] })
  const imageOf = (i: number) => String(subjects[i]!.snapshots[0]!.id)

  for (const [e, [name, code, act, flags = []]] of endings.entries()) {
    for (const [v, [how, first]] of [
      ["", ""],
      [", though it ignores SIGTERM", "trap '' TERM; "]
    ].entries()) {
      it(`ends with its whole process group on ${name}${how}`, async ({ expect }) => {
        const i = 2 * e + v
        const file = join(here.folder, `pids-${i}`)
        const command = `${first}sleep 300 & echo $$ $! > ${file}.new; mv ${file}.new ${file}; wait; sleep 300`
        const running = doimg(here, ["verify", imageOf(i), "--check", command, ...flags])
        expect(await until(async () => existsSync(file), 60)).toBe(true)
        const pids = readFileSync(file, "utf8").trim().split(" ").map(Number)
        expect(pids.map(isAlive)).toEqual([true, true])
        await act(running)
        const ended = await running.ended
        expect({ code: ended.code, err: running.err() }).toEqual({ code, err: running.err() })
        expect(await until(async () => !pids.some(isAlive), 1)).toBe(true)
      })
    }
  }

  it("that has ended leaves nothing running", async ({ expect }) => {
    const file = join(here.folder, "left")
    const running = doimg(here, ["verify", imageOf(10), "--check", `sleep 300 >/dev/null 2>&1 & echo $! > ${file}`])
    expect((await running.ended).code).toBe(0)
    expect(isAlive(Number(readFileSync(file, "utf8")))).toBe(false)
  })

  it("has no variable that holds or names a token", async ({ expect }) => {
    const file = join(here.folder, "environment")
    const running = doimg(here, ["verify", imageOf(11), "--check", `env > ${file}`], {
      env: {
        ...{
          DIGITALOCEAN_TOKEN: "dop_v1_secret",
          DIGITALOCEAN_ACCESS_TOKEN: "another-secret",
          MY_PROVIDER: "dop_v1_secret"
        },
        ...{ DIGITALOCEAN_TOKEN_FILE: "/secret/file", DIGITALOCEAN_CONFIG: "", DO_API_TOKEN: "old-secret" },
        ...{ TF_VAR_do_token: "terraform-secret", OTHER: "stays" }
      }
    })
    expect((await running.ended).code).toBe(0)
    const environment = readFileSync(file, "utf8")
    expect(environment).not.toMatch(/secret|DIGITALOCEAN_(?!API_URL)/)
    expect(environment).toMatch(/^OTHER=stays$/m)
    expect(environment).toMatch(/^DIGITALOCEAN_API_URL=http/m)
    expect(environment).toMatch(/^DROPLET_ID=\d+$/m)
  })

  it("is a process group of its own, which a Ctrl-C in doimg's terminal does not reach", async ({ expect }) => {
    const file = join(here.folder, "group")
    const running = doimg(here, ["verify", imageOf(12), "--check", `echo $$ $(cut -d' ' -f5 /proc/$$/stat) > ${file}`])
    expect((await running.ended).code).toBe(0)
    const [pid, group] = readFileSync(file, "utf8").trim().split(" ")
    expect(group).toBe(pid)
  })
})
