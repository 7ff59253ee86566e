import { DurableJobs, RunnerMetrics } from "@effect-digitalocean/jobs/durable"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { readFileSync } from "node:fs"
import * as Database from "./database.ts"
import * as Runner from "./runner.ts"

const page = readFileSync(new URL("../../OPERATING.md", import.meta.url), "utf8")

/** The statements of the page by the comment above them. */
const statements = new Map(
  Array.from(page.matchAll(/```sql\n-- (.*)\n([\s\S]*?)```/g), ([, title = "", text = ""]) => [
    title,
    // of one block, each ends a line
    text.split(/;\n/).filter((statement) => statement.trim() !== "")
  ])
)

const executed = new Set<string>()

/** Executes the statements below a comment, and returns the rows of the last one. */
const execute = (title: string) =>
  Effect.gen(function* () {
    executed.add(title)
    const sql = yield* PgClient.PgClient
    let rows: ReadonlyArray<object> = []
    for (const statement of statements.get(title) ?? []) rows = yield* sql.unsafe<object>(statement)
    return rows
  })

const as = (username: string, password: string) => ({
  ...Database.settings("doimg"),
  ...{ username, password: Redacted.make(password) }
})

const withClient = (settings: PgClient.PgPoolConfig) => Effect.provide(PgClient.layer(settings), { local: true })

const superuser = withClient(Database.settings("postgres"))
const owner = withClient(as("doimg", "choose-one"))
const monitor = (title: string) =>
  withClient(as("doimg_monitor", "choose-another"))(execute(`as doimg_monitor: ${title}`))

const job = (region: string) => ({
  account: "production",
  kind: "replicate",
  options: { images: [166404101], regions: [region] }
})

/** Runs a job of what is in the region already, which needs no time. */
const done = Effect.gen(function* () {
  const { job: submitted } = yield* DurableJobs.submit(job("nyc3"))
  yield* Stream.runDrain(yield* DurableJobs.follow(submitted.id))
  return yield* DurableJobs.get(submitted.id)
})

describe("the page on operating durable jobs", () => {
  it("names every metric of runners, and no other", () => {
    const named = Array.from(page.matchAll(/^\| `(digitalocean_durable_\w+)`/gm), ([, name]) => name)
    assert.sameMembers(
      named,
      Object.values(RunnerMetrics).map(({ id }) => id)
    )
  })

  it.live("has statements that set up a database, find what needs attention, and tidy up", () =>
    Effect.gen(function* () {
      yield* superuser(remove)
      yield* superuser(execute("as a superuser, once"))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const runner = yield* Runner.start(as("doimg", "choose-one"))
          const { id, state } = yield* Effect.provide(done, runner)
          assert.strictEqual(state, "done")
          yield* owner(execute("as doimg, when the first runner has created the tables"))
          const change = (statement: string) =>
            owner(Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe<object>(statement)))
          const copy = (copied: string, changes: string) =>
            change(`INSERT INTO digitalocean_jobs
              SELECT (jsonb_populate_record(job, '${changes}'::jsonb || '{"id": "${copied}", "intention_digest": "${copied}"}'
                || jsonb_build_object('submitted_at', now() - interval '5 minutes'))).* FROM digitalocean_jobs AS job
              WHERE id = '${id}'`)
          yield* copy("due", '{"state": "submitted", "version": 99}')
          yield* copy("lost", '{"state": "running", "failovers": 12, "started_at": "2026-01-01T00:00:00Z"}')

          assert.deepStrictEqual(yield* monitor("jobs by state"), [
            { state: "done", jobs: 1, attempts: 1, failovers: 0 },
            { state: "running", jobs: 1, attempts: 1, failovers: 12 },
            { state: "submitted", jobs: 1, attempts: 1, failovers: 0 }
          ])
          const [due] = yield* monitor("due jobs")
          assert.deepInclude(due, { kind: "replicate", version: 99, jobs: 1 })
          assert.isAtLeast((due as { readonly seconds: number }).seconds, 300)
          assert.deepStrictEqual(yield* monitor("fail-overs"), [
            { id: "lost", account: "production", kind: "replicate", failovers: 12 }
          ])
          assert.containSubset(yield* monitor("long jobs"), [{ id: "lost", account: "production", kind: "replicate" }])
          assert.strictEqual((yield* monitor("runners")).length, 1)
          const sizes = yield* owner(execute("as doimg: size"))
          assert.containSubset(sizes, [{ table: "digitalocean_jobs" }, { table: "cluster_messages" }])

          const runs = change("SELECT count(*)::integer AS runs FROM cluster_messages WHERE processed")
          yield* owner(execute("as doimg: runs of deleted jobs"))
          assert.deepStrictEqual(yield* runs, [{ runs: 1 }])
          yield* change(`DELETE FROM digitalocean_jobs WHERE id = '${id}'`)
          yield* owner(execute("as doimg: runs of deleted jobs"))
          assert.deepStrictEqual(yield* runs, [{ runs: 0 }])
          assert.deepStrictEqual(yield* change("SELECT id FROM cluster_replies"), [])

          yield* owner(execute("as doimg, before the runners are started: cancel what is not finished"))
          const cancelled = yield* Effect.provide(DurableJobs.get("lost"), runner)
          assert.deepInclude(cancelled, { state: "cancelled", isCancelled: true })
        })
      )
      // the tables of the page are all that there are
      const tables = yield* owner(
        Effect.flatMap(
          PgClient.PgClient,
          (sql) =>
            sql<{ readonly name: string }>`SELECT relname AS name FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`
        )
      )
      assert.deepStrictEqual(
        tables.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``)),
        []
      )
      assert.deepStrictEqual([...statements.keys()], [...executed])
    }).pipe(Effect.ensuring(Effect.orDie(superuser(remove))), Effect.provide(Logger.layer([]), { local: true }))
  )
})

const remove = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  yield* sql`DROP DATABASE IF EXISTS doimg WITH (FORCE)`
  for (const role of ["doimg", "doimg_monitor"]) yield* sql`DROP ROLE IF EXISTS ${sql(role)}`
})
