import * as Client from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Arbitraries from "../src/Arbitraries.ts"
import { DigitalOceanApi } from "../src/DigitalOceanApi.ts"
import { problemsOf } from "../src/internal/seed/seedJson.ts"
import * as Seed from "../src/Seed.ts"
import * as TestDigitalOcean from "../src/TestDigitalOcean.ts"
import { operationsOf } from "./contract/compare.ts"
import { openApi } from "./contract/openApi.ts"
import { send } from "./support/requests.ts"

// R43: whatever an account holds and whatever is requested, its responses keep the contract and our client reads them

type Json = Readonly<Record<string, unknown>>

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const optional = Schema.optionalKey
const nullable = <S extends Schema.Constraint>(schema: S) => optional(Schema.NullOr(schema))
const Texts = Schema.Array(Schema.Literals(["web", "db", "a:b", "A_b-1"]))
const SizeGb = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1000 }))
const RegionSlug = Schema.Literals(["nyc3", "sfo3", "tor1", "ams3"])
const Slug = Schema.String.check(Schema.isPattern(/^[a-z0-9-]{1,12}$/))

const imageIds = between(1, 9)
const dropletIds = between(1, 4)

const ImageSeed = Schema.Struct({
  id: imageIds,
  name: Schema.String,
  type: optional(Schema.Literals(["snapshot", "backup", "custom", "admin", "tomorrow"])),
  distribution: optional(Schema.String),
  slug: nullable(Slug),
  public: optional(Schema.Boolean),
  regions: optional(Schema.Array(RegionSlug)),
  created_at: optional(Schema.Literals(["1970-01-01T00:00:00Z", "2026-02-28T23:59:59Z", "2030-12-31T00:00:00Z"])),
  age: optional(Schema.Literals(["0 seconds", "3 days", "36525 days"])),
  min_disk_size: nullable(between(0, 200)),
  size_gigabytes: nullable(SizeGb),
  description: nullable(Schema.String),
  tags: nullable(Texts),
  status: optional(Schema.Literals(["available", "NEW", "pending", "deleted", "retired", "tomorrow"])),
  error_message: nullable(Schema.String)
})

const DropletSeed = Schema.Struct({
  id: dropletIds,
  name: Slug,
  status: optional(Schema.Literals(["active", "off"])),
  size: optional(Schema.Literals(Seed.sizes.map(({ slug }) => slug))),
  tags: optional(Texts),
  policy: optional(
    Schema.Struct({
      plan: Schema.Literals(["daily", "weekly"]),
      weekday: optional(Schema.Literals(["SUN", "WED"])),
      hour: optional(Schema.Literals([0, 20]))
    })
  ),
  images: optional(Schema.Array(imageIds))
})

const PoolSeed = Schema.Struct({
  image: Schema.Union([imageIds, Schema.Literals(["ubuntu-24-04-x64", "unknown"])]),
  instances: optional(between(1, 3)),
  tags: optional(Texts)
})

const pool = "0d3db13e-a604-4944-9827-7ec2642d32ac"

const volume = "506f78a4-e098-11e5-ad9f-000f53306ae1"

/** Rows of which no two have one id. */
const distinct = <A extends { readonly id: number }>(rows: ReadonlyArray<A>): ReadonlyArray<A> => [
  ...new Map(rows.map((row) => [row.id, row])).values()
]

const seeds: Arbitrary.Arbitrary<Seed.Seed> = Arbitrary.map(
  Arbitrary.all({
    images: Arbitrary.schema(Schema.Array(ImageSeed)),
    droplets: Arbitrary.schema(Schema.Array(DropletSeed)),
    autoscalePool: Arbitrary.schema(PoolSeed)
  }),
  ({ autoscalePool, droplets, images }) => {
    const free = new Set(images.map(({ id }) => id))
    return {
      images: distinct(images),
      droplets: distinct(droplets).map((droplet) => ({
        ...droplet,
        images: (droplet.images ?? []).filter((id) => free.delete(id))
      })),
      autoscalePools: [{ id: pool, name: "pool", ...autoscalePool }],
      volumes: [{ id: volume, name: "data", size_gigabytes: 100, region: "fra1" }]
    }
  }
)

const Options = Schema.Struct({
  strict: Schema.Boolean,
  readDelay: Schema.Literals(["0 seconds", "20 seconds"]),
  statusDelay: Schema.Literals(["0 seconds", "30 seconds"]),
  listOrder: Schema.Literals(["newest first", "oldest first", "shuffled"])
})

/** What requests speak of, so that many of them find something: by the name of a parameter or a field. */
const things: Readonly<Record<string, ReadonlyArray<unknown>>> = {
  image_id: [1, 2, 3, 4, 5, 6, 7, 8, 9, 210_000_001, 199_110_001, "ubuntu-24-04-x64"],
  image: [1, 2, 3, "4", 210_000_001, "ubuntu-24-04-x64"],
  droplet_id: [1, 2, 3, 4, 520_000_001],
  action_id: [3_200_000_001, 3_200_000_002, 3_200_000_003],
  snapshot_id: [1, 2, 3, 4, "fbe805e8-866b-11e6-96bf-000000000001"],
  volume_id: [volume],
  autoscale_pool_id: [pool, "0d3db13e-a604-4944-9827-000000000001"],
  target_number_instances: [1, 2, 3],
  min_instances: [1, 2],
  ssh_key_identifier: [512_001, "2f:28:6d:7b:18:f5:e7:a6:4d:0a:4a:fe:b5:77:2c:cc"],
  tag_id: ["web", "db"],
  tag_name: ["web", "db"],
  transfer_id: [40_001, 40_002],
  recipient_email: ["b@example.com"],
  recipient_uuid: ["00000000-0000-4000-8000-000000000002"],
  region: ["nyc3", "sfo3", "tor1", "ams3"],
  size: Seed.sizes.map(({ slug }) => slug),
  url: ["https://example.com/x.img", "https://example.com/x.iso"],
  public_key: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJRMrjdwPm6ng0ca+Ifi1MOCoY+e179Jvf5xgaoPBAvI web"],
  resource_id: ["1", "2", "3"],
  name: ["web", "db"],
  names: [["a", "b"]],
  page: [1, 2],
  per_page: [1, 2, 200]
}

const encoded = (schema: Schema.Constraint): Arbitrary.Arbitrary<unknown> => {
  // the contract's schemas need no services
  const encode = Schema.encodeUnknownSync(schema as Schema.Codec<unknown, unknown>)
  return Arbitrary.map(Arbitrary.schema(schema), (value) => encode(value))
}

/** A value as it was generated, where a field of a known name speaks of something. */
const speaking = (value: unknown, choose: (among: ReadonlyArray<unknown>) => unknown): unknown => {
  if (Array.isArray(value)) return value.map((one) => speaking(one, choose))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const among = things[key]
      return [key, among === undefined || one === null ? speaking(one, choose) : choose(among)]
    })
  )
}

const endpoints = Object.values(DigitalOceanApi.groups).flatMap((group) =>
  Object.values(group.endpoints).map((endpoint) => ({
    name: `${endpoint.method} ${endpoint.path}`,
    method: endpoint.method as "GET" | "POST" | "PUT" | "DELETE",
    path: endpoint.path,
    success: [...endpoint.success] as ReadonlyArray<Schema.Codec<unknown, unknown>>,
    error: [...endpoint.error] as ReadonlyArray<Schema.Codec<unknown, unknown>>,
    values: Arbitrary.all({
      query: endpoint.query ? encoded(Schema.toCodecStringTree(endpoint.query)) : Arbitrary.Constant(undefined),
      body:
        [...endpoint.payload.values()].flatMap(({ schemas }) => schemas.map(encoded))[0] ??
        Arbitrary.Constant(undefined),
      chance: Arbitrary.array(Arbitrary.schema(between(0, 999)), { minLength: 12, maxLength: 12 }),
      wait: Arbitrary.schema(Schema.Literals([0, 0, 1, 15, 25, 200, 7200]))
    })
  }))
)

type Endpoint = (typeof endpoints)[number]

const steps = Arbitrary.array(
  Arbitrary.flatMap(Arbitrary.schema(between(0, endpoints.length - 1)), (i) =>
    Arbitrary.map(endpoints[i]!.values, (values) => ({ i, ...values }))
  ),
  { minLength: 30, maxLength: 60 }
)

type Reader = Pick<Client.Endpoint.Endpoint<unknown>, "decode" | "method" | "operation" | "path">

const readers = Object.values(Client).flatMap((module) =>
  "endpoints" in module ? Object.values<Reader>(module.endpoints) : []
)

/** The models a body holds, by their keys: one, or a list of them. */
const models = new Map(
  Object.entries(Arbitraries).flatMap(([name, { schema }]) => [
    [name, schema as Schema.Codec<unknown, unknown>] as const,
    [`${name}s`, schema as Schema.Codec<unknown, unknown>] as const
  ])
)

/** Where the client read null, nothing or something else than there is; what it does not model is passed over. */
const lost = (sent: unknown, kept: unknown, path = ""): ReadonlyArray<string> => {
  if (kept === undefined) return []
  if (sent === null || typeof sent !== "object") {
    const isTime = typeof sent === "string" && Date.parse(sent) === Date.parse(String(kept))
    return sent === null || String(sent) === String(kept) || isTime ? [] : [`${path}: ${sent} is read as ${kept}`]
  }
  return Object.entries(sent).flatMap(([key, value]) => lost(value, (kept as Json | null)?.[key], `${path}.${key}`))
}

const declared = operationsOf(openApi())

/** What is wrong with an answer. */
const wrongs = Effect.fnUntraced(function* ({ error, method, path, success }: Endpoint, status: number, text: string) {
  const body: unknown = text === "" ? undefined : JSON.parse(text)
  const { responses } = declared.get(`${method} ${path.replace(/:(\w+)/g, "{$1}")}`) as { readonly responses: Json }
  const response = responses[status]
  const schemas = status < 300 ? success : error
  const isWhole = schemas.some(
    (schema) => Schema.decodeUnknownExit(schema)(body, { onExcessProperty: "error" })._tag === "Success"
  )
  // an error's id belongs to one status
  const id = status < 300 ? undefined : (body as Json)["id"]
  const keeps =
    response !== undefined &&
    (text === "" ? !("content" in (response as object)) : isWhole) &&
    (id === undefined || JSON.stringify(response).includes(`Error_${id}"`))
  const wrong = keeps ? [] : [`${status} ${text} is not declared`]
  if (status >= 300 || text === "") return wrong
  const reader = readers.find((one) => one.method === method && one.path === path.replace(/:(\w+)/g, "{$1}"))
  // it creates one Droplet at a time
  const isOurs = !(reader?.operation === "Droplets.create" && "droplets" in (body as Json))
  const read = isOurs && reader?.decode && (yield* Effect.result(reader.decode(body, "https://api.digitalocean.com")))
  if (read && read._tag === "Failure") wrong.push(`${reader?.operation} refuses it: ${read.failure}`)
  for (const [key, value] of Object.entries(body as Json)) {
    const schema = /\/droplets\/.*\/(snapshots|backups|members)$/.test(path) ? undefined : models.get(key)
    for (const row of schema === undefined ? [] : [value].flat()) {
      const kept = yield* Schema.encodeEffect(schema!)(yield* Schema.decodeUnknownEffect(schema!)(row))
      wrong.push(...lost(row, kept, key))
    }
  }
  return wrong
})

const ask = Effect.fnUntraced(function* (endpoint: Endpoint, target: string, json?: unknown) {
  const answer = yield* send(endpoint.method, target, json === undefined ? {} : { json })
  const found = yield* wrongs(endpoint, answer.status, answer.text)
  assert.strictEqual(found.join("; "), "", `${endpoint.method} ${target} ${JSON.stringify(json)}`)
  return answer.status
})

const fill = (path: string, value: (name: string) => unknown) =>
  path.replace(/:(\w+)/g, (_: string, name: string) => encodeURIComponent(String(value(name))))

/** The paths of everything that can be read. */
const readings = endpoints
  .filter(({ method }) => method === "GET")
  .flatMap((endpoint) => {
    const [first, second] = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name)
    const firsts = first === undefined ? [undefined] : things[first]!
    const seconds = second === undefined ? [undefined] : things[second]!
    return firsts.flatMap((one) =>
      seconds.map((other) => ({ endpoint, target: fill(endpoint.path, (name) => (name === first ? one : other)) }))
    )
  })

const run = (seed: Seed.Seed, all: ReadonlyArray<Step>, options: typeof Options.Type) =>
  Effect.gen(function* () {
    assert.deepStrictEqual(problemsOf(seed), [])
    for (const { body, chance, i, query, wait } of all) {
      let turn = 0
      const choose = (among: ReadonlyArray<unknown>) => among[chance[turn++ % chance.length]! % among.length]
      const endpoint = endpoints[i]!
      const path = fill(endpoint.path, (name) => choose(things[name]!))
      const given = Object.entries(speaking(query ?? {}, choose) as Json).map(([name, value]) => [name, String(value)])
      yield* ask(endpoint, given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`, speaking(body, choose))
      yield* TestClock.adjust(`${wait} seconds`)
    }
    for (const { endpoint, target } of readings) yield* ask(endpoint, target)
    for (const kind of ["gpus", "droplets"]) {
      yield* ask(endpoints.find(({ name }) => name === "GET /v2/droplets")!, `/v2/droplets?type=${kind}`)
    }
  }).pipe(
    Effect.provide(
      TestDigitalOcean.layer({
        ...options,
        limits: { minute: 100_000, hour: 100_000 },
        accounts: [
          { name: "a", seed },
          { name: "b", token: "b", seed: Seed.empty }
        ]
      })
    )
  )

type Step = typeof steps extends Arbitrary.Arbitrary<ReadonlyArray<infer A>> ? A : never

describe("whatever an account holds and whatever is requested", () => {
  it.effect.prop(
    "its responses keep the contract, and the client reads all of them",
    { seed: seeds, steps, options: Arbitrary.schema(Options) },
    ({ options, seed, steps }) => Effect.provide(run(seed, steps, options), TestClock.layer()),
    { arbitrary: { runs: 40 }, timeout: 60_000 }
  )
})
