/**
 * Audits the images of an account: inventory, monthly cost, orphans and duplicates.
 *
 * {@link execute} lists the account and returns a report that contains {@link Findings}: see {@link findingsOf}. The parts
 * can be used alone: {@link list} lists, {@link of} derives findings from listings, {@link format} formats them for a
 * terminal, and `AuditPage` renders them as a page with charts. Nothing is changed or deleted: an orphan may be an image
 * that is kept on purpose.
 *
 * @since 0.1.0
 */
import { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type { AutoscalePools } from "@effect-digitalocean/client/AutoscalePools"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import type { Images } from "@effect-digitalocean/client/Images"
import type { Snapshots } from "@effect-digitalocean/client/Snapshots"
import type { Volumes } from "@effect-digitalocean/client/Volumes"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as JobEvent from "./Event.ts"
import * as AuditFindings from "./internal/audit/findings.ts"
import { listAll, minimumRequests, type Resource, resources, type RunListing } from "./internal/audit/listings.ts"
import { type Arguments, Findings, type Listings, Options, type Row } from "./internal/audit/model.ts"
import * as AuditTable from "./internal/audit/table.ts"
import { idle, type Sequence, step } from "./internal/steps.ts"
import * as JobItem from "./Item.ts"
import * as Job from "./Job.ts"
import * as Outcome from "./Outcome.ts"
import * as JobPlan from "./Plan.ts"
import type * as JobReport from "./Report.ts"

export {
  /**
   * What to look for.
   *
   * @category options
   * @since 0.1.0
   */
  Options,
  /**
   * How to run. `seriesOf` returns the series of a name, by default {@link seriesOf}.
   *
   * @category options
   * @since 0.1.0
   */
  type Arguments,
  /**
   * A number of images, their size, and their monthly cost.
   *
   * **Details**
   *
   * `gigabytes` and `usd` are the sums of the known sizes; `unknown` is the number of images whose size is not returned,
   * which cost something too.
   *
   * @category schemas
   * @since 0.1.0
   */
  Total,
  /**
   * The resource that an image was created from.
   *
   * **Details**
   *
   * - `None`: no resource of the account, as for a custom image
   * - `Exists`: a Droplet or volume that exists
   * - `Deleted`: one that was deleted: the image is an orphan, unless something uses or protects it
   * - `Unknown`: DigitalOcean does not return it, or the listing that is needed failed
   *
   * @category schemas
   * @since 0.1.0
   */
  Source,
  /**
   * An image of the account, or a snapshot of a volume.
   *
   * @category schemas
   * @since 0.1.0
   */
  Row,
  /**
   * The orphaned snapshots of one kind, which nothing uses or protects, or why they could not be determined.
   *
   * **Details**
   *
   * `Unavailable` if a listing failed or was forbidden: `operation` is the one that failed, `problem` says why. Without that
   * listing every snapshot would look like an orphan.
   *
   * @category schemas
   * @since 0.1.0
   */
  Orphans,
  /**
   * Several images of one kind with one name, such as a request that was sent twice creates. `reclaimable` is what all but
   * the newest cost; `ids` are ordered from the newest to the oldest.
   *
   * @category schemas
   * @since 0.1.0
   */
  Duplicates,
  /**
   * What an audit found: plain data, to store and to compare with later findings.
   *
   * @category schemas
   * @since 0.1.0
   */
  Findings,
  /**
   * A listing, or why it failed.
   *
   * @category models
   * @since 0.1.0
   */
  type Listing,
  /**
   * What findings are derived from.
   *
   * **Details**
   *
   * `images` are those of the account. `snapshots` have to be listed before `droplets` and `volumes`: a Droplet that is
   * created after the Droplets were listed would make an orphan of its first snapshot.
   *
   * @category models
   * @since 0.1.0
   */
  type Listings
} from "./internal/audit/model.ts"

/**
 * Schema for an {@link Item}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Item = JobItem.schema(["list", "report"])

/**
 * The listing of a resource, or the report of the findings, which is the last item.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Schema.Schema.Type<typeof Item> {}

/**
 * Schema for a {@link Plan}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Plan = Schema.Struct(JobPlan.fields(Item, Options))

/**
 * A plan of listings, which change nothing.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

/**
 * Schema for a {@link Value}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Value = Schema.Union([Schema.Int, Findings])

/**
 * What `Done` contains: the number of rows of a listing, or the findings.
 *
 * @category models
 * @since 0.1.0
 */
export type Value = typeof Value.Type

/**
 * Why a listing failed.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError = DigitalOceanError

/**
 * An event of a run.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = JobEvent.Event<Item, Value, RunError>

/**
 * The outcome of each listing, and the findings.
 *
 * @category models
 * @since 0.1.0
 */
export type Report = JobReport.Report<Item, Value, RunError>

type Needs = Images | Snapshots | Droplets | Volumes | AutoscalePools

/**
 * The job, with its schemas.
 *
 * @category jobs
 * @since 0.1.0
 */
export const job: Job.Job<Options, Plan, Item, Value, RunError, never, Arguments, never, Needs> = Job.make({
  name: "audit",
  options: Options,
  plan: Plan,
  item: Item,
  value: Value,
  error: DigitalOceanError,
  planError: Schema.Never,
  makePlan: (options: Options) => Effect.succeed(planOf(options)),
  work: (plan: Plan, emitter: JobEvent.Emitter<Item, Value, RunError>, args: Arguments) => runPlan(plan, emitter, args)
})

/**
 * Plans the listings; sends no request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: typeof job.plan = job.plan

/**
 * Lists the account, and derives the findings.
 *
 * **Details**
 *
 * Lists the private images, the snapshots, and then Droplets, volumes and autoscale pools concurrently, 200 rows per request. If the images
 * cannot be listed, all other items are skipped. If another listing fails, its item fails, and the findings contain the
 * failure. Requires `image:read`, and to find orphans `snapshot:read`, `droplet:read` and `block_storage:read`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run: typeof job.run = job.run

/**
 * Plans and runs, and returns the outcome of each listing and the findings.
 *
 * @see {@link findingsOf} for the findings
 * @category combinators
 * @since 0.1.0
 */
export const execute: typeof job.execute = job.execute

/**
 * Plans an audit: a pure function.
 *
 * @category constructors
 * @since 0.1.0
 */
export const planOf = (options: Options): Plan =>
  JobPlan.make("audit", options, [...resources.map(listingOf), findingsItem], minimumRequests)

/**
 * Returns the findings of a report, or `None` if the images could not be listed.
 *
 * @category getters
 * @since 0.1.0
 */
export const findingsOf = ({ results }: Report): Option.Option<Findings> =>
  Option.fromNullishOr(
    results
      .map(({ outcome }) => (outcome._tag === "Done" ? outcome.value : undefined))
      .find((value) => Predicate.isObject(value))
  )

/**
 * Lists everything that findings are derived from, as {@link run} does. Fails only if the images cannot be listed; any other
 * failure is part of the result.
 *
 * @category constructors
 * @since 0.1.0
 */
export const list: Effect.Effect<Listings, DigitalOceanError, Needs> = listAll((_, rows) => Effect.result(rows)).pipe(
  Effect.withSpan("Audit.list")
)

/**
 * Derives findings from listings: a pure function.
 *
 * **Example** (Finding the snapshots of a deleted Droplet)
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
 *   return Audit.of(yield* Audit.list).orphans.droplet
 * })
 *
 * await Effect.runPromise(Effect.provide(audit, account))
 * // => { _tag: "Known", ids: ["165120954"], total: { count: 1, gigabytes: 38.71, usd: 2.3226, unknown: 0 } }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const of: (listings: Listings, options?: Options, args?: Arguments) => Findings = AuditFindings.of

/**
 * Returns the series of a name: the name without the date, the time or the number at its end. The series of
 * `web-2026-11-20` and of `web-2026-11-13T03-10-00-000Z` is `web`, that of `web-01 2026-11-22 04:12` is `web-01`.
 *
 * @category getters
 * @since 0.1.0
 */
export const seriesOf: (name: string) => string = AuditFindings.seriesOf

/**
 * Returns the orphans of findings.
 *
 * @category getters
 * @since 0.1.0
 */
export const orphans = (findings: Findings): ReadonlyArray<Row> => findings.images.filter(AuditFindings.isOrphan)

/**
 * Formats findings for a terminal, at most `columns` wide (by default 100), as far as names and regions can be cut and other
 * columns can be left out.
 *
 * **Details**
 *
 * Without colours, so that a log contains the same. Names from the account are sanitized. Ids are never cut.
 *
 * @category getters
 * @since 0.1.0
 */
export const format: (findings: Findings, options?: { readonly columns?: number | undefined }) => string =
  AuditTable.format

const listingOf = (resource: Resource): Item => JobItem.make("list", { id: null, name: resource }, { changes: 0 })

const findingsItem: Item = JobItem.make("report", { id: null, name: "findings" }, { changes: 0 })

const runPlan = Effect.fnUntraced(function* (
  { items, options }: Plan,
  emitter: JobEvent.Emitter<Item, Value, RunError>,
  args: Arguments
): Effect.fn.Return<void, never, Needs> {
  const sequence: Sequence<Item, Value, RunError> = { emitter, stopped: undefined }
  const itemOf = (resource: Resource) =>
    items.find(({ subject, verb }) => verb === "list" && subject.name === resource) ?? listingOf(resource)
  const runListing: RunListing = Effect.fnUntraced(function* (resource, rows) {
    const listing = yield* Effect.cached(Effect.result(rows))
    const count = Effect.map(Effect.flatMap(listing, Effect.fromResult), (all) => Outcome.done(all.length))
    // only a failure to list the images stops the others
    yield* step(resource === "images" ? sequence : { ...sequence }, itemOf(resource), () => count)
    return yield* listing
  })
  const listings = yield* Effect.result(listAll(runListing))
  const report = items.find(({ verb }) => verb === "report") ?? findingsItem
  if (Result.isSuccess(listings)) {
    yield* step(sequence, report, () =>
      Effect.sync(() => Outcome.done(AuditFindings.of(listings.success, options, args)))
    )
    return
  }
  const others = resources.filter((resource) => resource !== "images")
  for (const item of [...others.map(itemOf), report]) yield* step(sequence, item, idle(item))
})
