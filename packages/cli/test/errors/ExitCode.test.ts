import { Retention, Series } from "@effect-digitalocean/jobs"
import { Action, Actions, DigitalOceanError, Image } from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { UsageError } from "../../src/errors/Usage.ts"
import * as ExitCode from "../../src/errors/ExitCode.ts"

const because = (reason: DigitalOceanError.Reason) =>
  Exit.fail(new DigitalOceanError.DigitalOceanError({ operation: "Images.get", reason }))
const answer = { status: 400, id: "", detail: "" }
const image = Schema.decodeSync(Image.Id)
const id = Schema.decodeSync(Action.Id)(7)

describe("the exit code", () => {
  const table: ReadonlyArray<[name: string, exit: Exit.Exit<unknown, unknown>, code: number]> = [
    ["success", Exit.succeed(7), 0],
    ["a failure", Exit.fail("x"), 1],
    ["a defect", Exit.die(new Error("x")), 1],
    ["400", because(new DigitalOceanError.BadRequest(answer)), 1],
    ["bad input", because(new DigitalOceanError.InvalidInput({ field: "page", problem: "" })), 2],
    ["404", because(new DigitalOceanError.NotFound(answer)), 4],
    ["an action that is gone", Exit.fail(new Actions.ActionNotFound({ id, action: null })), 4],
    ["a bad token", because(new DigitalOceanError.InvalidInput({ field: "token", problem: "" })), 5],
    ["401", because(new DigitalOceanError.Unauthorized(answer)), 5],
    ["403", because(new DigitalOceanError.Forbidden({ ...answer, scopes: [] })), 5],
    ["429", because(new DigitalOceanError.RateLimited({ ...answer, window: "hour" })), 6],
    [
      "a deadline of the transport",
      because(
        new DigitalOceanError.TransportError({ phase: "headers", sent: true, code: "ETIMEDOUT", description: "" })
      ),
      7
    ],
    [
      "a wait past its deadline",
      Exit.fail(new Actions.ActionTimedOut({ id, action: null, elapsed: Duration.zero, polls: 0 })),
      7
    ],
    ["a wrong command line", Exit.fail(new UsageError({ problem: "" })), 2],
    ["an invalid option of a job", Exit.fail(new Series.InvalidSeries({ problem: "" })), 2],
    ["a token without a scope", Exit.fail(new Retention.TagsNotVisible({ image: image(7), rule: "" })), 5],
    ["an interruption", Exit.failCause(Cause.interrupt()), 130]
  ]
  for (const [name, exit, code] of table) {
    it(`for ${name} is ${code}`, () => assert.strictEqual(ExitCode.ofExit(exit), code))
  }
})
