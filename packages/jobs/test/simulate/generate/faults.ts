import type { Faults } from "@effect-digitalocean/testing"
import type { Chance } from "./chance.ts"
import type { Disturbance } from "./scenario.ts"

type Fault = Faults.Fault

/** Of which requests a fault hits one or more. */
const changes = ["POST /v2/**", "PUT /v2/**", "DELETE /v2/**"] as const
const actions = ["POST /v2/images/*/actions", "POST /v2/droplets/*/actions"] as const
const reads = ["GET /v2/**", "images.get", "actions.get", "droplets.get", "images.list"] as const
const anything = [...changes, ...actions, ...reads] as const

const listings = [
  "images.list",
  "images.actions",
  "droplets.actions",
  "droplets.snapshots",
  "snapshots.list",
  "actions.list",
  "droplets.list"
] as const

const json = { "content-type": "application/json" }

const refusal = (status: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  ({
    fault: "answer",
    status,
    headers: { ...json, ...headers },
    body: JSON.stringify({ id: "error", message })
  }) as const

/** A kind of fault: what it is called, which requests it hits, and how many in a row it may hit. */
interface Kind {
  readonly title: string
  readonly fault: Fault
  readonly on: ReadonlyArray<string>
  readonly inARow?: number
}

/** Each of these hits one or a few requests by chance. */
const momentary: ReadonlyArray<Kind> = [
  { title: "no connection", fault: { fault: "refuse" }, on: anything },
  { title: "reset before", fault: { fault: "reset", when: "before" }, on: anything, inARow: 2 },
  { title: "reset after", fault: { fault: "reset", when: "after" }, on: anything, inARow: 2 },
  { title: "reset in the body", fault: { fault: "reset", when: "body" }, on: anything, inARow: 2 },
  { title: "silence", fault: { fault: "silence" }, on: anything },
  { title: "silence after", fault: { fault: "silence", executed: true }, on: anything },
  { title: "500", fault: { fault: "status", status: 500 }, on: anything, inARow: 2 },
  { title: "502 with HTML", fault: { fault: "status", status: 502, body: "html" }, on: anything },
  { title: "503", fault: { fault: "status", status: 503, body: "text" }, on: anything, inARow: 3 },
  { title: "503 executed", fault: { fault: "status", status: 503, executed: true }, on: changes },
  { title: "503 with retry-after", fault: refusal(503, "busy", { "retry-after": "30" }), on: anything, inARow: 2 },
  { title: "504 executed", fault: { fault: "status", status: 504, body: "none", executed: true }, on: changes },
  { title: "late response", fault: { fault: "late", seconds: 5 }, on: anything, inARow: 3 },
  { title: "very late response", fault: { fault: "late", seconds: 25 }, on: anything },
  { title: "slow body", fault: { fault: "slow", seconds: 5 }, on: anything },
  { title: "cut off body", fault: { fault: "truncate" }, on: anything },
  { title: "HTML content type", fault: { fault: "content-type", value: "text/html" }, on: anything },
  {
    title: "HTML page instead",
    fault: { fault: "answer", status: 200, headers: { "content-type": "text/html" }, body: "<html>sign in</html>" },
    on: changes
  },
  { title: "429 of the minute", fault: { fault: "rate-limit", window: "minute", seconds: 5 }, on: anything },
  { title: "429 of the operation", fault: { fault: "rate-limit", window: "operation" }, on: actions },
  {
    title: "429 with retry-after: 0",
    fault: refusal(429, "API Rate limit exceeded.", { "retry-after": "0" }),
    on: anything,
    inARow: 4
  },
  { title: "403", fault: { fault: "status", status: 403 }, on: reads, inARow: 2 },
  { title: "404", fault: { fault: "status", status: 404 }, on: [...actions, "actions.get", "images.get"], inARow: 3 },
  {
    title: "400 with messages: []",
    fault: { fault: "answer", status: 400, headers: json, body: JSON.stringify({ error: "Odd", messages: [] }) },
    on: [...actions, "images.create"]
  },
  {
    title: "422 pending event",
    fault: refusal(422, "Droplet already has a pending event."),
    on: [...actions, "DELETE /v2/**"],
    inARow: 3
  },
  {
    title: "422 Droplet is on",
    fault: refusal(422, "Droplet is currently on. Please power it off to run this event."),
    on: ["POST /v2/droplets/*/actions"],
    inARow: 3
  },
  { title: "stuck action", fault: { fault: "stuck" }, on: [...actions, "droplets.create"] },
  { title: "vanished action", fault: { fault: "vanish", seconds: 20 }, on: actions },
  { title: "rows added", fault: { fault: "shift" }, on: listings },
  { title: "total too high", fault: { fault: "total", total: 1000 }, on: listings, inARow: 2 },
  { title: "total too low", fault: { fault: "total", total: 0 }, on: listings, inARow: 2 },
  { title: "no next page", fault: { fault: "next", next: "none" }, on: listings, inARow: 2 },
  { title: "the same next page", fault: { fault: "next", next: "same" }, on: listings },
  { title: "next page elsewhere", fault: { fault: "next", next: "elsewhere" }, on: listings },
  {
    title: "another id",
    fault: { fault: "set", field: "action.id", value: 7 },
    on: ["actions.get"]
  },
  {
    title: "region that is text",
    fault: { fault: "set", field: "action.region", value: "nyc3" },
    on: ["actions.get", ...actions]
  },
  {
    title: "empty completed_at",
    fault: { fault: "set", field: "actions.*.completed_at", value: "" },
    on: ["images.actions", "droplets.actions", "actions.list"]
  }
]

/** Optional fields that may be missing for as long as a process runs, where they are returned. */
const optional: ReadonlyArray<readonly [string, ReadonlyArray<readonly [on: string, field: string]>]> = [
  ...["name", "type", "status", "regions", "tags", "size_gigabytes"].map((field) => {
    const places = [
      ["images.get", `image.${field}`],
      ["images.list", `images.*.${field}`],
      ["droplets.snapshots", `snapshots.*.${field}`]
    ] as const
    return [`image.${field}`, places] as const
  }),
  ...["type", "completed_at", "region_slug", "resource_id"].map((field) => {
    const places = [
      ["actions.get", `action.${field}`],
      ["actions.list", `actions.*.${field}`],
      ["images.actions", `actions.*.${field}`],
      ["droplets.actions", `actions.*.${field}`]
    ] as const
    return [`action.${field}`, places] as const
  }),
  ...["name", "region", "tags"].map((field) => {
    const places = [
      ["droplets.get", `droplet.${field}`],
      ["droplets.list", `droplets.*.${field}`]
    ] as const
    return [`droplet.${field}`, places] as const
  })
]

/** A field that is not returned for some minutes, or by all responses. */
const missing = (chance: Chance): Disturbance => {
  const [name, places] = chance.of(optional)
  const span = chance.is(0.5) ? {} : { until: chance.int(60, 1200) }
  const isNull = chance.is(0.5)
  const faults = places.map(
    ([on, field]): Fault => ({
      ...(isNull ? { fault: "set", field, value: null } : { fault: "remove", field }),
      ...{ on, times: "always", ...span }
    })
  )
  return { title: `no ${name}`, faults }
}

/** What is wrong for a while, or in every response. */
const lasting: ReadonlyArray<readonly [string, (chance: Chance) => Faults.Script]> = [
  [
    "no GET works for a while",
    (chance) => {
      const after = chance.int(0, 300)
      return [{ fault: "status", status: 503, on: "GET /v2/**", times: "always", after, until: after + 120 }]
    }
  ],
  [
    "regions in another order",
    () => [
      ...[1, 2].map(
        (id): Fault => ({
          ...{ fault: "set", on: `GET /v2/images/${id}`, field: "image.regions", times: "always" },
          value: ["blr1", "nyc3"]
        })
      ),
      { fault: "set", on: "images.list", field: "images.*.regions", value: ["nyc3", "blr1"], times: "always" }
    ]
  ],
  [
    "completed actions read in progress",
    (chance) => {
      const span = { times: "always", until: chance.int(120, 900) } as const
      return [
        { fault: "set", on: "actions.get", field: "action.status", value: "in-progress", ...span },
        ...(["images.actions", "droplets.actions", "actions.list"] as const).map(
          (on): Fault => ({ fault: "set", on, field: "actions.*.status", value: "in-progress", ...span })
        )
      ]
    }
  ],
  [
    "a region is not available",
    () => [{ fault: "set", on: "account.regions", field: "regions.*.available", value: false, times: "always" }]
  ],
  [
    "an import that does not end",
    () => [
      { fault: "set", on: "images.get", field: "image.status", value: "pending", times: "always" },
      { fault: "set", on: "images.list", field: "images.*.status", value: "pending", times: "always" }
    ]
  ],
  ["actions may not be listed", () => [{ fault: "status", status: 403, on: "actions.list", times: "always" }]],
  [
    "every change is refused for a while",
    (chance) => changes.map((on) => ({ fault: "rate-limit", window: "minute", on, times: chance.int(3, 9) }))
  ]
]

/** The names of all kinds of faults, for the coverage report. */
export const titles: ReadonlyArray<string> = [
  ...momentary.map(({ title }) => title),
  ...lasting.map(([title]) => title),
  ...optional.map(([name]) => `no ${name}`)
]

/** Some faults by chance. */
export const disturbances = (chance: Chance): ReadonlyArray<Disturbance> => {
  const all: Array<Disturbance> = []
  const count = chance.is(0.15) ? 0 : chance.int(1, 6)
  for (let i = 0; i < count; i++) {
    const { fault, inARow = 1, on, title } = chance.of(momentary)
    const aim = { on: chance.of(on), nth: chance.int(1, 5), times: chance.int(1, inARow) }
    all.push({ title, faults: [{ ...fault, ...aim }] })
  }
  if (chance.is(0.16)) all.push(missing(chance))
  if (chance.is(0.2)) {
    const [title, faults] = chance.of(lasting)
    all.push({ title, faults: faults(chance) })
  }
  return all
}
