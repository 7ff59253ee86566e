import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import { AutoscalePools } from "@effect-digitalocean/client/AutoscalePools"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import { Images } from "@effect-digitalocean/client/Images"
import { Snapshots } from "@effect-digitalocean/client/Snapshots"
import { Volumes } from "@effect-digitalocean/client/Volumes"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Listing, Listings } from "./model.ts"

/** The resources that are listed. */
export const resources = ["images", "snapshots", "droplets", "volumes", "autoscale pools"] as const

export type Resource = (typeof resources)[number]

/** One request for each resource, and one more for Droplets: those with a GPU are listed separately. */
export const minimumRequests = resources.length + 1

/** Runs the listing of a resource; its failure is a value. */
export type RunListing = <A>(
  resource: Resource,
  rows: Effect.Effect<ReadonlyArray<A>, DigitalOceanError>
) => Effect.Effect<Listing<A>>

/** Lists everything that findings are derived from; documented at `Audit`. */
export const listAll = Effect.fnUntraced(function* (
  runListing: RunListing
): Effect.fn.Return<Listings, DigitalOceanError, Images | Snapshots | Droplets | Volumes | AutoscalePools> {
  const services = {
    images: yield* Images,
    snapshots: yield* Snapshots,
    droplets: yield* Droplets,
    volumes: yield* Volumes,
    pools: yield* AutoscalePools
  }
  const generatedAt = yield* DateTime.now
  const listing = runListing("images", Stream.runCollect(services.images.list({ private: true })))
  const images = yield* Effect.flatMap(listing, Effect.fromResult)
  const snapshots = yield* runListing("snapshots", Stream.runCollect(services.snapshots.list()))
  const [droplets, volumes, pools] = yield* Effect.all(
    [
      runListing("droplets", Stream.runCollect(services.droplets.list())),
      runListing("volumes", Stream.runCollect(services.volumes.list())),
      runListing("autoscale pools", Stream.runCollect(services.pools.list()))
    ],
    { concurrency: 3 }
  )
  return { generatedAt, images, snapshots, droplets, volumes, pools }
})
