/**
 * What an account keeps of images, what it costs, and what looks forgotten.
 *
 * Three steps, each usable alone: {@link list} asks DigitalOcean, {@link of} makes a report of the answers without
 * asking anybody, {@link format} writes it for a terminal; `AuditPage` writes it as a page with pictures. Nothing is
 * changed or deleted: an orphan may be a golden image whose Droplet was never meant to stay.
 *
 * @since 0.1.0
 */
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import { Images } from "@effect-digitalocean/client/Images"
import { Snapshots } from "@effect-digitalocean/client/Snapshots"
import { Volumes } from "@effect-digitalocean/client/Volumes"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Listings, Options, Report, Row } from "./internal/audit/model.ts"
import * as AuditReport from "./internal/audit/report.ts"
import * as AuditTable from "./internal/audit/table.ts"

export {
  /**
   * How many images, how large, and what they cost a month.
   *
   * **Details**
   *
   * `gigabytes` and `usd` sum what is known; `unknown` counts the images whose size is not told, which cost something too.
   *
   * @category schemas
   * @since 0.1.0
   */
  Total,
  /**
   * What an image was made of, as far as it can be judged.
   *
   * **Details**
   *
   * - `None`: of nothing in the account, as a custom image
   * - `There`: of a Droplet or volume that there is
   * - `Gone`: of one that there is no more: the image is an orphan
   * - `Unknown`: DigitalOcean does not tell, or what it would have to be held against could not be listed
   *
   * @category schemas
   * @since 0.1.0
   */
  Source,
  /**
   * An image of the account, or a snapshot of a volume.
   *
   * **Details**
   *
   * - `id`: as text, a volume's snapshot has a UUID
   * - `kind`: an image's type (`snapshot`, `backup`, `custom`), or `volume snapshot`
   * - `days`: its age in whole days
   * - `usd`: what it costs a month; null when its size is not told. A backup costs nothing here, its Droplet pays for it.
   * - `missing`: which of the regions it was wanted in it is not in
   *
   * @category schemas
   * @since 0.1.0
   */
  Row,
  /**
   * The orphans of one kind, or why nobody can say.
   *
   * **Details**
   *
   * `Unjudged` when a listing failed or was forbidden: `operation` is the one that failed, `problem` says why. Without it
   * every snapshot would look like an orphan, so none is called one.
   *
   * @category schemas
   * @since 0.1.0
   */
  Orphans,
  /**
   * Several images of one kind under one name, as a request that was sent twice leaves them. `spare` is what all but the
   * newest cost; `ids` are newest first.
   *
   * @category schemas
   * @since 0.1.0
   */
  Duplicates,
  /**
   * The schema of a {@link Report}, which survives being stored and compared with a later one.
   *
   * **Details**
   *
   * - `images`: dearest series first, newest first in each
   * - `kinds`, `series`, `ages`, `regions`: the same images summed up; a region counts an image in full, wherever else it is
   * - `ages`: from `days` days up to the next entry's
   * - `unlisted`: the listings that failed or were forbidden, so that the report is not whole
   *
   * @category schemas
   * @since 0.1.0
   */
  Report,
  /**
   * A listing, or why there is none.
   *
   * @category models
   * @since 0.1.0
   */
  type Listing,
  /**
   * What a report is made of.
   *
   * **Details**
   *
   * `images` are the account's own. `snapshots` have to be listed before `droplets` and `volumes`: a Droplet made after it
   * was looked for would make an orphan of its first snapshot.
   *
   * @category models
   * @since 0.1.0
   */
  type Listings,
  /**
   * How to judge.
   *
   * **Details**
   *
   * - `prices`: by default `Cost.prices`
   * - `regions`: where every image is wanted, by default nowhere in particular. Backups and snapshots of volumes cannot be
   *   transferred, and so are missing nowhere.
   * - `seriesOf`: which series a name is of, by default {@link seriesOf}
   *
   * @category options
   * @since 0.1.0
   */
  type Options
} from "./internal/audit/model.ts"

/**
 * Audits the account.
 *
 * @see {@link list} for what is asked
 * @category constructors
 * @since 0.1.0
 */
export const run = (
  options?: Options
): Effect.Effect<Report, DigitalOceanError, Images | Snapshots | Droplets | Volumes> =>
  Effect.map(list, (listings) => of(listings, options))

/**
 * Asks for everything a report is made of.
 *
 * **Details**
 *
 * Lists the private images, the snapshots, then Droplets and volumes at once, 200 rows a request. Fails only when the
 * images cannot be listed; any other failure is part of the answer. Needs `image:read`, and to judge orphans
 * `snapshot:read`, `droplet:read` and `block_storage:read`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const list: Effect.Effect<Listings, DigitalOceanError, Images | Snapshots | Droplets | Volumes> = Effect.gen(
  function* () {
    const services = {
      images: yield* Images,
      snapshots: yield* Snapshots,
      droplets: yield* Droplets,
      volumes: yield* Volumes
    }
    const taken_at = yield* DateTime.now
    const images = yield* Stream.runCollect(services.images.list({ private: true }))
    const snapshots = yield* Effect.result(Stream.runCollect(services.snapshots.list()))
    const [droplets, volumes] = yield* Effect.all(
      [
        Effect.result(Stream.runCollect(services.droplets.list())),
        Effect.result(Stream.runCollect(services.volumes.list()))
      ],
      { concurrency: 2 }
    )
    return { taken_at, images, snapshots, droplets, volumes }
  }
).pipe(Effect.withSpan("Audit.list"))

/**
 * Makes a report of listings. Asks nobody: the same listings make the same report.
 *
 * **Example** (What a snapshot costs whose Droplet is gone)
 *
 * ```ts
 * import { DigitalOcean, Droplets } from "@effect-digitalocean/client"
 * import { Audit } from "@effect-digitalocean/jobs"
 * import { TestDigitalOcean } from "@effect-digitalocean/testing"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const account = DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(TestDigitalOcean.layer()))
 *
 * const audit = Effect.gen(function*() {
 *   yield* Droplets.Droplets.use((droplets) => droplets.delete(398250117))
 *   return (yield* Audit.run()).orphans.droplet
 * })
 *
 * await Effect.runPromise(Effect.provide(audit, account))
 * // => { _tag: "Judged", ids: ["165120954"], total: { count: 1, gigabytes: 38.71, usd: 2.3226, unknown: 0 } }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const of: (listings: Listings, options?: Options) => Report = AuditReport.of

/**
 * The series a name is of: the name without the date, the time or the number at its end. `web-2026-11-20` and
 * `web-2026-11-13T03-10-00-000Z` are of `web`, `web-01 2026-11-22 04:12` is of `web-01`.
 *
 * @category getters
 * @since 0.1.0
 */
export const seriesOf: (name: string) => string = AuditReport.seriesOf

/**
 * Which orphans there are, as rows.
 *
 * @category getters
 * @since 0.1.0
 */
export const orphans = (report: Report): ReadonlyArray<Row> =>
  report.images.filter(({ source }) => source._tag === "Gone")

/**
 * A report as text for a terminal, no wider than `columns` (by default 100) where names and regions can be cut.
 *
 * **Details**
 *
 * Without colours, so that it reads the same in a log; names from the account are made harmless. Ids are never cut.
 *
 * @category getters
 * @since 0.1.0
 */
export const format: (report: Report, options?: { readonly columns?: number | undefined }) => string = AuditTable.format
