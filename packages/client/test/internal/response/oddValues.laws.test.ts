import { assert, describe, it } from "@effect/vitest"
import { Examples, RecordingClient } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Account from "../../../src/Account.ts"
import * as Action from "../../../src/Action.ts"
import * as AutoscalePool from "../../../src/AutoscalePool.ts"
import * as BackupPolicy from "../../../src/BackupPolicy.ts"
import { DigitalOceanClient } from "../../../src/DigitalOceanClient.ts"
import { isDigitalOceanError } from "../../../src/DigitalOceanError.ts"
import * as Droplet from "../../../src/Droplet.ts"
import type * as Endpoint from "../../../src/Endpoint.ts"
import * as Image from "../../../src/Image.ts"
import * as Region from "../../../src/Region.ts"
import * as Size from "../../../src/Size.ts"
import * as SshKey from "../../../src/SshKey.ts"
import * as Snapshot from "../../../src/Snapshot.ts"
import * as Tag from "../../../src/Tag.ts"
import * as Volume from "../../../src/Volume.ts"
import { type AnyEndpoint, endpoints, isFor, pathOf } from "../../support/endpoints.ts"
import { oddValues, places, replaced, written } from "../../support/oddValues.ts"
import { recorded } from "../../support/recorded.ts"

/** What must be there, and valid: an identity, an action's status, a time of creation, and what is around them. */
const required = new RegExp(
  `^(${[
    // the whole, and one resource in its envelope
    "|image|action|droplet|snapshot|tag|account|policy|autoscale_pool|ssh_key",
    // lists: absent or null is empty, but another type is a failure; of one resource for each request no item may be absent
    "images|actions|droplets|snapshots|backups|volumes|tags|regions|sizes|policies|supported_policies",
    "autoscale_pools|history|ssh_keys",
    String.raw`meta(\.total)?`,
    // a row, and what it cannot be without
    String.raw`(images|snapshots|backups|volumes|droplets)\[\d+\](\.id|\.created_at)?`,
    String.raw`(image|snapshot|droplet)(\.id|\.created_at)`,
    String.raw`actions\[\d+\](\.id|\.status|\.started_at)?`,
    String.raw`action(\.id|\.status|\.started_at)`,
    String.raw`(tags|supported_policies)\[\d+\](\.name)?`,
    String.raw`tag\.name`,
    String.raw`(regions|sizes)\[\d+\](\.slug)?`,
    String.raw`account\.uuid`,
    String.raw`policies\.\d+(\.droplet_id)?`,
    String.raw`policy\.droplet_id`,
    String.raw`autoscale_pools\[\d+\](\.id|\.created_at)?`,
    String.raw`autoscale_pool(\.id|\.created_at)`,
    String.raw`droplets\[\d+\]\.droplet_id`,
    String.raw`history\[\d+\](\.history_event_id|\.created_at)?`,
    String.raw`ssh_keys\[\d+\](\.id)?`,
    String.raw`ssh_key\.id`,
    "transfer_id"
  ].join("|")})$`
)

const schemas: Readonly<Record<string, Schema.Codec<unknown, unknown>>> = {
  Image: Image.Image,
  Action: Action.Action,
  Droplet: Droplet.Droplet,
  Snapshot: Snapshot.Snapshot,
  Tag: Tag.Tag,
  Volume: Volume.Volume,
  Region: Region.Region,
  Size: Size.Size,
  Account: Account.Account,
  DropletPolicy: BackupPolicy.DropletPolicy,
  Supported: BackupPolicy.SupportedPlan,
  AutoscalePool: AutoscalePool.AutoscalePool,
  Member: AutoscalePool.Member,
  HistoryEvent: AutoscalePool.HistoryEvent,
  SshKey: SshKey.SshKey
}

/** Each model in a result can be encoded, so each of its fields is of its type. */
const assertTyped = (result: unknown, where: string) => {
  const { items = Array.isArray(result) ? result : [result] } = (result ?? {}) as {
    readonly items?: ReadonlyArray<unknown>
  }
  for (const model of items) {
    if (typeof model !== "object" || model === null || "_tag" in model) continue
    const fits = Object.values(schemas).some((schema) => Exit.isSuccess(Schema.encodeUnknownExit(schema)(model)))
    assert.isTrue(fits, `${where}: ${JSON.stringify(model)?.slice(0, 300)}`)
  }
}

/** An example of each response, once for all operations that decode it the same way. */
const examples: ReadonlyArray<{ readonly endpoint: AnyEndpoint; readonly example: Examples.Example }> = Object.values(
  Object.fromEntries(
    endpoints.flatMap((endpoint) =>
      Examples.examples
        .filter(
          ({ answer, operation }) =>
            answer !== undefined && operation === `${endpoint.method} ${endpoint.path}` && isFor(endpoint, answer)
        )
        .map((example) => [`${endpoint.identity?.param} ${JSON.stringify(example.answer)}`, { endpoint, example }])
    )
  )
)

/** Runs an endpoint of which only the decoder matters. */
const run = ({ decode, identity, operation, path }: AnyEndpoint, request: string) =>
  DigitalOceanClient.use((client) =>
    client.run(
      {
        operation,
        method: "GET",
        path,
        scopes: [],
        docs: "",
        query: undefined,
        body: undefined,
        compressed: false,
        identity,
        decode
      } as Endpoint.Endpoint<unknown>,
      { path: pathOf(path, request) } as never
    )
  )

// R40, R41, R42, R66: one odd value in any place of any response
describe("a response with one odd value is read, or fails with a DecodeError that names the place:", () => {
  for (const { endpoint, example } of examples) {
    const all = places(example.answer).flatMap((path) => oddValues.map(([name, value]) => ({ path, name, value })))

    it.effect(
      `${endpoint.operation} ${example.request}, ${all.length} times`,
      () =>
        Effect.gen(function* () {
          for (const { name, path } of all) {
            const where = `${written(path)} is ${name}`
            const exit = yield* Effect.exit(run(endpoint, example.request))
            if (Exit.isSuccess(exit)) {
              assertTyped(exit.value, where)
              continue
            }
            const [reason] = exit.cause.reasons
            assert.isTrue(reason !== undefined && Cause.isFailReason(reason), `${where}: ${Cause.pretty(exit.cause)}`)
            const error = Cause.isFailReason(reason!) ? reason.error : undefined
            assert.isTrue(
              isDigitalOceanError(error) && error.reason._tag === "DecodeError",
              `${where}: ${String(error)}`
            )
            assert.match(written(path), required, `${where} fails: ${String(error)}`)
            assert.isBelow(String(error).length, 1000, where)
          }
        }).pipe(
          recorded(all.map(({ path, value }) => RecordingClient.answer(200, replaced(example.answer, path, value))))
        ),
      60_000
    )
  }
})
