import { BuiltInKinds, StoredJob } from "@effect-digitalocean/jobs/durable"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { readFileSync } from "node:fs"
import * as Crash from "../support/crash.ts"
import { begin, seed } from "../support/releases.ts"

/**
 * Jobs as the first version stored them, with their plans, on the account of `releases.ts`. Never change them: a row that
 * was stored once has to stay readable, or its kind needs another version.
 */
const rows: ReadonlyArray<Schema.Json> = JSON.parse(readFileSync(new URL("./version1.json", import.meta.url), "utf8"))

const jobs = rows.map((row) => Schema.decodeUnknownSync(Schema.toCodecJson(StoredJob.StoredJob))(row))

describe("a job that the first version stored", () => {
  it("is there of each kind", () => {
    assert.deepStrictEqual(
      jobs.map(({ kind, version }) => `${kind} ${version}`),
      BuiltInKinds.all.map(({ name }) => `${name} 1`)
    )
  })

  for (const job of jobs) {
    it.effect(`is read and run: ${job.kind}`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(begin)
        const kind = BuiltInKinds.all.find(({ name }) => name === job.kind)!
        assert.deepInclude(yield* kind.plan(job.options), { job: job.kind })
        const events = yield* Stream.runCollect(yield* kind.run(job.plan))
        const problems = events.flatMap(({ line, problem }) =>
          problem === null ? [] : [`${line}: ${problem.message}`]
        )
        assert.deepStrictEqual(problems, [])
        assert.isNotEmpty(events.filter(({ outcome }) => outcome === "Done"))
      }).pipe(
        (test) => Crash.passing(Crash.as("any")(test)),
        Effect.provide(TestDigitalOcean.layer({ seed }), { local: true })
      )
    )
  }
})
