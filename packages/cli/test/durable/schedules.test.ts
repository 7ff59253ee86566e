import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { session } from "../support/session.ts"
import { memory } from "./memory.ts"

const own = session("--speed", "3000")
const { doimg, schedules } = memory(own)

const schedule = (cron: string, ...words: ReadonlyArray<string>) =>
  doimg("jobs", "schedule", "nightly", "--cron", cron, "--time-zone", "Europe/Berlin", "--", ...words)

const stored = () => Effect.runPromise(schedules().list)

describe("doimg jobs schedule", () => {
  it("stores the job of a command line, with the ids of what it names, and changes it", async () => {
    const words = ["release", "web-01", "--series", "web", "--to", "ams3", "--account", "default"]
    const first = await schedule("0 3 * * *", ...words)
    assert.strictEqual(first.code, 0, first.err)
    assert.match(first.out, /^Kind: +release$/m)
    await schedule("0 4 * * *", ...words, "--keep-last", "7", "--yes")
    const [one, ...others] = await stored()
    assert.deepStrictEqual(others, [])
    assert.deepInclude(one, { name: "nightly", cron: "0 4 * * *", timeZone: "Europe/Berlin", account: "default" })
    assert.deepInclude(one?.options, { series: "web", regions: ["ams3"] })
    assert.isNumber(JSON.parse(JSON.stringify(one?.options)).droplet)
    const listed = JSON.parse((await doimg("jobs", "schedules", "list", "--format", "json")).out)
    assert.match(listed[0].next_at, /T0[23]:00:00\.000Z$/)
    assert.deepInclude(await doimg("jobs", "schedules", "remove", "nightly"), { code: 0, out: "" })
    assert.deepStrictEqual(await stored(), [])
  })

  for (const [what, cron, words, code, problem] of [
    ["an unknown flag", "0 3 * * *", ["release", "web-01", "--serie", "x"], 2, /--serie .*did you mean --series\?/],
    ["a Droplet that there is not", "0 3 * * *", ["release", "nobody", "--series", "x"], 4, /nobody/],
    ["another command", "0 3 * * *", ["delete", "db-2026-11-01", "--yes"], 2, /begins with one of replicate, release/],
    ["a plan", "0 3 * * *", ["rotate", "--series", "web", "--keep-last", "1"], 2, /only plans/],
    ["--durable", "0 3 * * *", ["replicate", "7", "--to", "ams3", "--durable", "postgres://x/y"], 2, /before --/],
    ["no time", "0 3 * *", ["audit"], 2, /cron expression/],
    ["a time that never comes", "0 0 30 2 *", ["audit"], 2, /no such time/],
    ["help", "0 3 * * *", ["release", "--help"], 2, /runs no job/]
  ] as const) {
    it(`stores nothing for ${what}`, async () => {
      const ended = await schedule(cron, ...words)
      assert.strictEqual(ended.code, code, ended.err)
      assert.match(ended.err, problem)
      assert.deepStrictEqual(await stored(), [])
    })
  }

  it("deletes nothing that the command line after -- would delete", async () => {
    await schedule("0 3 * * *", "delete", "db-2026-11-01", "--yes")
    assert.match(
      (await own.inProcess("list", "--private", "--format", "csv", "--columns", "name")).out,
      /db-2026-11-01/
    )
  })
})
