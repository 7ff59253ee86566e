import { type Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FaultRun from "../support/faultRun.ts"
import { scenarios } from "../support/scenarios.ts"

const { "hand over": _, ...jobs } = { ...scenarios, snapshot: FaultRun.snapshot }

type JobName = keyof typeof jobs

type Behaviour = "done" | "again"

/** What each behaviour means for every job. */
const sentences: Readonly<Record<Behaviour, string>> = {
  done: "every job is done in its first run, and sends nothing twice",
  again: "every job reports it, is done in the second run, and sends nothing twice"
}

/** A script, or a fault that is tried at each of the job's POSTs. */
type Tried =
  | { readonly faults: Faults.Script; readonly each?: never }
  | { readonly faults?: never; readonly each: Faults.Fault }

type Row = Tried &
  Omit<FaultRun.Disturbance, "faults"> & {
    readonly fault: string
    readonly expected: Behaviour
    /** how many actions are requested again, because they errored */
    readonly repeats?: number
    /** what is requested again, and why */
    readonly mayRepeat?: Partial<Record<JobName, readonly [RegExp, why: string]>>
    /** jobs that the fault does not meet, and why */
    readonly without?: Partial<Record<JobName, string>>
    /** jobs that behave differently, and why */
    readonly except?: Partial<Record<JobName, readonly [Behaviour, why: string]>>
  }

const json = { "content-type": "application/json" }

const error = (status: number, message: string, headers = {}) =>
  ({
    fault: "answer",
    status,
    headers: { ...json, ...headers },
    body: JSON.stringify({ id: "error", message })
  }) as const

/** A fault of the first request with each method that changes something. */
const firstChange = (fault: Faults.Fault): Faults.Script =>
  ["POST /v2/**", "PUT /v2/**", "DELETE /v2/**"].map((on) => ({ ...fault, on }))

const actions = ["POST /v2/images/*/actions", "POST /v2/droplets/*/actions"]

const lists = {
  "images.list": "images",
  "images.actions": "actions",
  "droplets.actions": "actions",
  "droplets.snapshots": "snapshots",
  "snapshots.list": "snapshots",
  "actions.list": "actions",
  "droplets.list": "droplets"
}

/** A fault of each listing. */
const listings = (fault: (rows: string) => Faults.Fault): Faults.Script =>
  Object.entries(lists).map(([on, rows]) => ({ ...fault(rows), on }))

const startsNothing = "it starts no action"
const onlyDeletes = "its requests are DELETEs, which are sent again"
const deletesNothing = "it deletes nothing"
const createsNothing = "it creates no image and no Droplet"
const oneList = "it reads the actions of its resource alone"
const onePage = "it lists no more than a page"
const noSnapshot = "it takes no snapshot"

/** A failed snapshot leaves the Droplet on, as it was before. */
const poweredOnAgain = [/"power_o(n|ff)"/, "it powers the Droplet on again after a failure"] as const
const powerAgain = { "release with power off": poweredOnAgain, "snapshot with power off": poweredOnAgain }

const table: ReadonlyArray<Row> = [
  {
    fault: "the connection is lost after a change was executed",
    expected: "done",
    faults: firstChange({ fault: "reset", when: "after" })
  },
  {
    fault: "the response to every second change is lost",
    expected: "done",
    faults: firstChange({ fault: "reset", when: "after", nth: [1, 3, 5, 7, 9] })
  },
  {
    fault: "a change was executed, and its response breaks off",
    expected: "done",
    faults: firstChange({ fault: "reset", when: "body" })
  },
  {
    fault: "504 though a change was executed",
    expected: "done",
    faults: firstChange({ fault: "status", status: 504, body: "none", executed: true })
  },
  {
    fault: "an HTML page for a change that was executed (R44)",
    expected: "done",
    faults: firstChange({ fault: "content-type", value: "text/html" })
  },
  {
    fault: "no connection for a change",
    expected: "done",
    faults: firstChange({ fault: "refuse" })
  },
  {
    fault: "the connection is lost before a POST was executed",
    expected: "again",
    each: { fault: "reset", when: "before" },
    mayRepeat: powerAgain,
    without: { rotate: onlyDeletes }
  },
  {
    fault: "502 with HTML for a POST",
    expected: "again",
    each: { fault: "status", status: 502, body: "html" },
    mayRepeat: powerAgain,
    without: { rotate: onlyDeletes }
  },
  {
    fault: "200 with an HTML page for a POST that was not executed (R44)",
    expected: "again",
    each: { fault: "answer", status: 200, headers: { "content-type": "text/html" }, body: "<html>sign in</html>" },
    mayRepeat: powerAgain,
    without: { rotate: onlyDeletes }
  },
  {
    fault: "the connection is lost before a DELETE was executed",
    expected: "done",
    faults: [{ fault: "reset", when: "before", on: "DELETE /v2/**" }],
    without: { replicate: deletesNothing, preserve: deletesNothing, import: deletesNothing, snapshot: deletesNothing }
  },
  {
    fault: "503 for every GET for 5 seconds (R25)",
    expected: "again",
    faults: [{ fault: "status", status: 503, on: "GET /v2/**", times: "always", until: 20 }]
  },
  {
    fault: "503 for every GET for 20 seconds, with retry-after: 30 (R25)",
    expected: "done",
    faults: [{ ...error(503, "busy", { "retry-after": "30" }), on: "GET /v2/**", times: "always", until: 80 }]
  },
  {
    fault: "503 for every GET for 2 minutes of a wait",
    expected: "done",
    faults: [{ fault: "status", status: 503, on: "GET /v2/**", times: "always", after: 100, until: 580 }],
    without: { rotate: startsNothing }
  },
  {
    fault: "429 of the minute with retry-after: 0 (R23)",
    expected: "done",
    faults: [
      ...firstChange({ ...error(429, "API Rate limit exceeded.", { "retry-after": "0" }), times: 5 }),
      { ...error(429, "API Rate limit exceeded.", { "retry-after": "0" }), on: "GET /v2/**", times: 5 }
    ]
  },
  {
    fault: "429 of the minute for a change",
    expected: "done",
    faults: firstChange({ fault: "rate-limit", window: "minute" })
  },
  {
    fault: "429 of the minute for every change",
    expected: "again",
    faults: firstChange({ fault: "rate-limit", window: "minute", times: "always" })
  },
  {
    fault: "429 of one operation",
    expected: "again",
    faults: firstChange({ fault: "rate-limit", window: "operation" })
  },
  {
    fault: "403 for the account's list of actions",
    expected: "done",
    faults: [{ fault: "status", status: 403, on: "actions.list", times: "always" }],
    without: {
      ...{ preserve: oneList, import: oneList, release: oneList, "release with power off": oneList },
      ...{ rotate: oneList, verify: oneList, snapshot: oneList }
    }
  },
  {
    fault: "404 for what was created less than 10 seconds ago (R11)",
    expected: "done",
    account: (account) => ({ ...account, readDelay: "40 seconds" }),
    faults: []
  },
  {
    fault: "404 for every second read of what was created (R11)",
    expected: "done",
    faults: ["GET /v2/images/210000001", "GET /v2/droplets/520000001"].map((on) => ({
      ...{ fault: "status", status: 404, on, nth: [1, 3, 5, 7, 9, 11] }
    })),
    without: { replicate: createsNothing, preserve: createsNothing, rotate: createsNothing }
  },
  {
    fault: "404 for an action's POST, because the resource was created a moment ago (R11)",
    expected: "done",
    faults: [...actions, "POST /v2/tags/*/resources"].map((on) => ({ fault: "status", status: 404, on, times: 3 })),
    without: { rotate: startsNothing }
  },
  {
    fault: "422 because of a pending event, for some seconds (R20)",
    expected: "done",
    faults: actions.map((on) => ({ ...error(422, "Droplet already has a pending event."), on, times: 3 })),
    without: { rotate: startsNothing }
  },
  {
    fault: "422 because of a pending event, for as long as the job tries (R20)",
    expected: "again",
    faults: actions.map((on) => ({ ...error(422, "Droplet already has a pending event."), on, times: "always" })),
    without: { rotate: startsNothing }
  },
  {
    fault: "422 because of a pending event, for a DELETE",
    expected: "done",
    faults: [{ ...error(422, "Image already has a pending event."), on: "DELETE /v2/**", times: 3 }],
    without: { replicate: deletesNothing, preserve: deletesNothing, import: deletesNothing, snapshot: deletesNothing }
  },
  {
    fault: "422 because the Droplet is on, after a completed power_off (R3, R20)",
    expected: "done",
    faults: [
      {
        ...error(422, "Droplet is currently on. Please power it off to run this event."),
        on: "POST /v2/droplets/*/actions",
        where: { type: "snapshot" },
        times: 3
      }
    ],
    without: {
      ...{ replicate: noSnapshot, preserve: noSnapshot, import: noSnapshot, rotate: noSnapshot, verify: noSnapshot }
    }
  },
  {
    fault: "a status that lags behind a completed action for 10 seconds (R3)",
    expected: "done",
    account: (account) => ({ ...account, statusDelay: "40 seconds" }),
    faults: []
  },
  {
    fault: "an action that errors",
    expected: "again",
    faults: [],
    meanwhile: Effect.gen(function* () {
      const [action] = yield* Effect.repeat(Effect.delay(FaultRun.inProgress, "1 second"), {
        until: (all) => all.length > 0
      })
      yield* TestDigitalOcean.TestDigitalOcean.use((test) => test.endAction(action!.id, "errored"))
    }),
    repeats: 1,
    without: { rotate: startsNothing }
  },
  {
    fault: "an action that is stuck, and errors after the job has given up",
    expected: "again",
    faults: actions.map((on) => ({ fault: "stuck", on })),
    between: FaultRun.endAll,
    repeats: 1,
    without: { rotate: startsNothing }
  },
  {
    fault: "actions that have completed are returned as in progress until the job gives up",
    expected: "again",
    faults: [
      { fault: "set", on: "actions.get", field: "action.status", value: "in-progress", times: "always" },
      ...["images.actions", "droplets.actions", "actions.list"].map(
        (on): Faults.Fault => ({ fault: "set", on, field: "actions.*.status", value: "in-progress", times: "always" })
      )
    ],
    except: { rotate: ["done", startsNothing] }
  },
  {
    fault: "a 404 once for an action",
    expected: "done",
    faults: [{ fault: "status", status: 404, on: "actions.get" }],
    without: { rotate: startsNothing, replicate: "it polls its actions with one list" }
  },
  {
    fault: "a 404 for an action, for good",
    expected: "again",
    faults: actions.map((on) => ({ fault: "vanish", on })),
    without: { rotate: startsNothing },
    except: { "snapshot with power off": ["done", "of a power action the state of the Droplet is enough"] }
  },
  {
    fault: "an image is added while a listing is read",
    expected: "done",
    account: FaultRun.crowded,
    faults: listings(() => ({ fault: "shift" }))
  },
  {
    fault: "a listing returns a row twice",
    expected: "done",
    faults: listings((rows) => ({ fault: "duplicate", field: `${rows}.0` }))
  },
  {
    fault: "a listing is cut off",
    expected: "done",
    faults: listings(() => ({ fault: "truncate" }))
  },
  {
    fault: "listings say that there are more rows than they return",
    expected: "again",
    faults: listings(() => ({ fault: "total", total: 1000, times: "always" }))
  },
  {
    fault: "listings say that there are no rows",
    expected: "done",
    faults: listings(() => ({ fault: "total", total: 0, times: "always" }))
  },
  {
    fault: "listings have no next page though they have more rows",
    expected: "again",
    account: FaultRun.crowded,
    faults: listings(() => ({ fault: "next", next: "none", times: "always" })),
    except: {
      ...{ replicate: ["done", onePage], preserve: ["done", onePage], verify: ["done", onePage] },
      snapshot: ["done", onePage]
    }
  },
  {
    fault: "images have their regions in another order in each listing and read (R28)",
    expected: "done",
    faults: [
      { fault: "set", on: "images.list", field: "images.*.regions", value: ["nyc3", "blr1"] },
      { fault: "set", on: "images.list", field: "images.*.regions", value: ["blr1", "nyc3"], nth: 2, times: "always" },
      ...[1, 2, 3, 4, 166404101, 166480233, 160552018].map(
        (id): Faults.Fault => ({
          ...{ fault: "set", on: `GET /v2/images/${id}`, field: "image.regions", times: "always" },
          value: ["blr1", "nyc3"]
        })
      )
    ],
    without: { snapshot: "it reads no other image" }
  }
]

/** What a row says of a job; without another entry, a job with power off is like the one without. */
const entryOf = <A>(entries: Partial<Record<JobName, A>> | undefined, name: JobName): A | undefined =>
  entries?.[name] ?? entries?.[name.replace(" with power off", "") as JobName] // a name without that ending is a job

/** Each job without a fault, once. */
const undisturbed = new Map<string, FaultRun.End>()

const withoutFault = Effect.fnUntraced(function* (name: JobName, account: Row["account"]) {
  // of the accounts only the crowded one holds something else
  const key = `${name} ${account === FaultRun.crowded}`
  const end = undisturbed.get(key) ?? (yield* FaultRun.run(jobs[name], account === FaultRun.crowded ? { account } : {}))
  undisturbed.set(key, end)
  return end
})

const disturbed = Effect.fnUntraced(function* (row: Row, name: JobName, faults: Faults.Script) {
  const whole = yield* withoutFault(name, row.account)
  const end = yield* FaultRun.run(jobs[name], { ...row, faults })
  const isMet = entryOf(row.without, name) === undefined
  const expected = isMet ? (entryOf(row.except, name)?.[0] ?? row.expected) : "done"
  const where = [JSON.stringify(faults), ...end.problems].join("\n")
  assert.strictEqual(end.problems.length === 0 ? "done" : "again", expected, where)
  if (faults.length > 0) assert.strictEqual(end.isMet, isMet, `whether a fault is met: ${where}`)
  assert.deepStrictEqual(end.state, whole.state, where)
  assert.deepStrictEqual(end.deletions, whole.deletions, where)
  assert.deepStrictEqual(FaultRun.excess(whole.creations, end.creations), [], `not executed: ${where}`)
  const [mayRepeat] = entryOf(row.mayRepeat, name) ?? []
  const repeated = FaultRun.excess(end.creations, whole.creations).filter((change) => mayRepeat?.test(change) !== true)
  assert.strictEqual(repeated.length, expected === "again" ? (row.repeats ?? 0) : 0, [...repeated, where].join("\n"))
  assert.includeMembers([...whole.creations], repeated, where)
})

const cell = Effect.fnUntraced(function* (row: Row, name: JobName) {
  if (row.faults !== undefined) return yield* disturbed(row, name, row.faults)
  const isMet = entryOf(row.without, name) === undefined
  const posts = isMet ? (yield* withoutFault(name, row.account)).posts : 1
  for (let nth = 1; nth <= posts; nth++) yield* disturbed(row, name, [{ ...row.each, on: "POST /v2/**", nth }])
})

for (const row of table) {
  describe(`${row.fault}: ${sentences[row.expected]}`, () => {
    for (const name of Object.keys(jobs) as ReadonlyArray<JobName>) {
      const why = entryOf(row.without, name) ?? entryOf(row.except, name)?.[1] ?? entryOf(row.mayRepeat, name)?.[1]
      it.effect(why === undefined ? name : `except ${name}, because ${why}`, () => cell(row, name))
    }
  })
}
