import { afterEach, assert, describe, it } from "@effect/vitest"
import { password } from "../../../jobs/test/postgres/server.ts"
import { until } from "../ends/sandbox.ts"
import { session } from "../support/session.ts"
import { database, type Runner, startRunner } from "./runners.ts"

// a transfer takes 2 to 6 seconds
const own = session("--speed", "40")

const runners: Array<Runner> = []
const start = async (url: string, ...args: ReadonlyArray<string>) => {
  const runner = await startRunner(own, url, args.length === 0 ? undefined : args)
  runners.push(runner)
  return runner
}
afterEach(() => Promise.all(runners.splice(0).map((runner) => runner.stop("SIGKILL"))))

const doimg = (url: string, ...args: ReadonlyArray<string>) => own.doimgWith({ DOIMG_DATABASE: url }, ...args)

const submit = async (url: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const { code, err, out } = await doimg(url, ...args, "--detach", "--format", "json")
  assert.strictEqual(code, 0, err)
  return JSON.parse(out)[0].id
}

interface Shown {
  readonly state: string
  readonly attempts: number
  readonly failovers: number
  readonly left: ReadonlyArray<string>
}

const show = async (url: string, id: string): Promise<Shown> =>
  JSON.parse((await doimg(url, "jobs", "show", id, "--format", "json")).out)[0]

const isIn = (url: string, id: string, state: string) => until(async () => (await show(url, id)).state === state)

const transfers = async (image: number): Promise<ReadonlyArray<string>> => {
  const { out } = await own.doimg("actions", String(image), "--format", "csv", "--columns", "region_slug")
  return out.trim().split("\n").slice(1).toSorted()
}

describe("a job that is stored in Postgres", () => {
  it("goes on after Ctrl-C, which says how to follow it, and is followed to its end", async () => {
    const url = await database()
    const runner = await start(url)
    const running = own.start(["replicate", "166404101", "--to", "fra1,lon1"], { DOIMG_DATABASE: url })
    await until(async () => running.err().includes("in-progress"))
    running.child.kill("SIGINT")
    assert.strictEqual(await running.ended, 130)
    const [last = ""] = running.err().trim().split("\n").slice(-1)
    const [, id = ""] = /^doimg: job (\w+) goes on: doimg jobs follow \w+, or doimg jobs cancel \w+$/.exec(last) ?? []
    const followed = await doimg(url, "jobs", "follow", id, "--format", "csv", "--columns", "region,status")
    assert.strictEqual(followed.code, 0, followed.err)
    assert.deepStrictEqual(followed.out.trim().split("\n").toSorted(), ["fra1,done", "lon1,done", "region,status"])
    assert.deepStrictEqual(await transfers(166404101), ["fra1", "lon1"])
    assert.match(runner.err(), new RegExp(`info job ${id} is done`))
    const again = await doimg(url, "jobs", "retry", id, "--format", "csv", "--columns", "status")
    assert.deepInclude(again, { code: 0, out: "status\nskipped\nskipped\n" })
    for (const text of [runner.err(), running.err(), followed.err]) {
      assert.notInclude(text, password)
      assert.notInclude(text, "secret-token")
    }
  })

  it("is stopped within 2 seconds by a cancellation, which says what DigitalOcean continues", async () => {
    const url = await database()
    await start(url)
    const following = own.start(["replicate", "165903377", "--to", "sfo3,sgp1"], { DOIMG_DATABASE: url })
    await until(async () => following.err().includes("in-progress"))
    const [, id = ""] = /job (\w+) is stored/.exec(following.err()) ?? []
    const before = performance.now()
    const cancelled = await doimg(url, "jobs", "cancel", id, "--format", "json")
    const took = performance.now() - before
    assert.strictEqual(cancelled.code, 0, cancelled.err)
    const [{ left, state }] = JSON.parse(cancelled.out)
    assert.strictEqual(state, "cancelled")
    assert.match(left.join(), /to (sfo3|sgp1): action \d+/)
    assert.strictEqual(await following.ended, 1)
    assert.match(following.err(), new RegExp(`doimg: job ${id} was cancelled; DigitalOcean continues .*action \\d+`))
    // with the start of the process that cancels it
    assert.isBelow(took, 5000)
  })
})

describe("a runner", () => {
  it("that gets SIGTERM ends within its termination timeout, and another continues its job without repeating anything", async () => {
    const url = await database()
    const first = await start(url)
    const id = await submit(url, "replicate", "165120954", "--to", "tor1,blr1,sfo3")
    assert.isTrue(await isIn(url, id, "running"))
    const second = await start(url)
    const before = performance.now()
    assert.strictEqual(await first.stop("SIGTERM"), 0)
    assert.isBelow(performance.now() - before, 4000)
    assert.include(first.err(), "stopping: running jobs have 1s to end")
    assert.isTrue(await isIn(url, id, "done"))
    assert.deepInclude(await show(url, id), { state: "done", attempts: 1 })
    assert.match(second.err(), new RegExp(`job ${id} is done`))
    assert.deepStrictEqual(await transfers(165120954), ["blr1", "sfo3", "tor1"])
  })

  it("that is killed loses its job to another", async () => {
    const url = await database()
    const first = await start(url)
    const id = await submit(url, "release", "web-01", "--series", "killed", "--to", "ams3")
    assert.isTrue(await isIn(url, id, "running"))
    await first.stop("SIGKILL")
    await start(url)
    assert.isTrue(await isIn(url, id, "done"))
    const { out } = await own.doimg("list", "--private", "--format", "csv", "--columns", "name")
    assert.strictEqual(out.split("\n").filter((name) => name.startsWith("killed-")).length, 1)
  })

  it("ends at once with a second signal", async () => {
    const url = await database()
    const runner = await start(url, "--termination-timeout", "1m")
    const id = await submit(url, "replicate", "166404101", "--to", "syd1")
    assert.isTrue(await isIn(url, id, "running"))
    runner.child.kill("SIGTERM")
    await until(async () => runner.err().includes("stopping:"))
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.strictEqual(await runner.stop("SIGTERM"), 143)
  })

  it("submits the job of a schedule once, however many runners there are", async () => {
    const url = await database()
    await Promise.all([start(url), start(url)])
    const stored = await doimg(
      ...[url, "jobs", "schedule", "often", "--cron", "*/2 * * * * *"],
      ...["--", "replicate", "160552018", "--to", "sfo3"]
    )
    assert.strictEqual(stored.code, 0, stored.err)
    const occurrences = async () => {
      const { out } = await doimg(url, "jobs", "list", "--format", "csv", "--columns", "submitted_at")
      return out.trim().split("\n").slice(1)
    }
    assert.isTrue(await until(async () => (await occurrences()).length >= 4))
    assert.strictEqual((await doimg(url, "jobs", "schedules", "remove", "often")).code, 0)
    const periods = (await occurrences()).map((time) => Math.floor(Date.parse(time) / 2000))
    assert.deepStrictEqual(periods, [...new Set(periods)])
  })
})
