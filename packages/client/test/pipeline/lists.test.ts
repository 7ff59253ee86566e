import { RecordingClient } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import {
  Actions,
  AutoscalePools,
  type DigitalOcean,
  type DigitalOceanError,
  Droplets,
  Images,
  type Page,
  Regions,
  Sizes,
  Snapshots,
  SshKeys,
  Tags,
  Volumes
} from "../../src/index.ts"
import { type AnyEndpoint, endpoints } from "../support/endpoints.ts"
import { lines, recorded } from "../support/recorded.ts"

type Listing = (
  filter?: Pick<Page.Query, "per_page">,
  options?: Page.ListOptions
) => Stream.Stream<unknown, DigitalOceanError.DigitalOceanError, DigitalOcean.Services>

const of =
  <S>(
    service: Effect.Effect<S, never, DigitalOcean.Services>,
    list: (service: S) => (...args: Parameters<Listing>) => Stream.Stream<unknown, DigitalOceanError.DigitalOceanError>
  ): Listing =>
  (...args) =>
    Stream.unwrap(Effect.map(service, (service) => list(service)(...args)))

/** Every listing; one of a single resource is given here with that resource. */
const listings: Record<string, Listing> = {
  "Images.list": of(Images.Images, ({ list }) => list),
  "Images.actions": of(
    Images.Images,
    ({ actions }) =>
      (...args) =>
        actions(7, ...args)
  ),
  "Actions.list": of(Actions.Actions, ({ list }) => list),
  "Droplets.list": of(Droplets.Droplets, ({ list }) => list),
  "Droplets.actions": of(
    Droplets.Droplets,
    ({ actions }) =>
      (...args) =>
        actions(7, ...args)
  ),
  "Droplets.snapshots": of(
    Droplets.Droplets,
    ({ snapshots }) =>
      (...args) =>
        snapshots(7, ...args)
  ),
  "Droplets.backups": of(
    Droplets.Droplets,
    ({ backups }) =>
      (...args) =>
        backups(7, ...args)
  ),
  "Droplets.backupPolicies": of(Droplets.Droplets, ({ backupPolicies }) => backupPolicies),
  "AutoscalePools.list": of(AutoscalePools.AutoscalePools, ({ list }) => list),
  "AutoscalePools.members": of(
    AutoscalePools.AutoscalePools,
    ({ members }) =>
      (...args) =>
        members("any", ...args)
  ),
  "AutoscalePools.history": of(
    AutoscalePools.AutoscalePools,
    ({ history }) =>
      (...args) =>
        history("any", ...args)
  ),
  "Snapshots.list": of(Snapshots.Snapshots, ({ list }) => list),
  "Volumes.list": of(Volumes.Volumes, ({ list }) => list),
  "Volumes.snapshots": of(
    Volumes.Volumes,
    ({ snapshots }) =>
      (...args) =>
        snapshots("any", ...args)
  ),
  "Regions.list": of(Regions.Regions, ({ list }) => list),
  "Sizes.list": of(Sizes.Sizes, ({ list }) => list),
  "SshKeys.list": of(SshKeys.SshKeys, ({ list }) => list),
  "Tags.list": of(Tags.Tags, ({ list }) => list)
}

/** A listing is an operation whose query refuses a page without rows. */
const isListing = ({ query }: AnyEndpoint) => {
  const accepts = (per_page: number) => Exit.isSuccess(Effect.runSyncExit(query!({ per_page } as never)))
  return query !== undefined && accepts(1) && !accepts(0)
}

describe("listings", () => {
  it("are all in this table", () => {
    const paged = endpoints.filter(isListing)
    assert.deepStrictEqual(Object.keys(listings).toSorted(), paged.map(({ operation }) => operation).toSorted())
  })

  for (const [name, list] of Object.entries(listings)) {
    it.effect(`${name} takes the page size in its filter`, () =>
      Effect.gen(function* () {
        yield* Effect.exit(Stream.runDrain(list({ per_page: 7 })))
        assert.match((yield* lines)[0] ?? "", /[?&]per_page=7$/)
      }).pipe(recorded([RecordingClient.json({ id: "bad_request", message: "any" }, 400)]))
    )

    it.effect(`${name} takes the concurrency in its options`, () =>
      Effect.gen(function* () {
        const { operation, reason } = yield* Effect.flip(Stream.runDrain(list({}, { concurrency: 0 })))
        assert.deepInclude({ operation, ...reason }, { operation: name, _tag: "InvalidInput", field: "concurrency" })
        assert.deepStrictEqual(yield* lines, [])
      }).pipe(recorded([]))
    )
  }
})
