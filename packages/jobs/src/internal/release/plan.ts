import type * as Droplet from "@effect-digitalocean/client/Droplet"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import * as Region from "@effect-digitalocean/client/Region"
import { Regions } from "@effect-digitalocean/client/Regions"
import type { Action } from "@effect-digitalocean/client/Action"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as JobItem from "../../Item.ts"
import * as JobPlan from "../../Plan.ts"
import type { Item, Options, Plan, Step } from "./model.ts"
import * as Rotate from "../../Rotate.ts"
import * as Series from "../../Series.ts"
import { InvalidRelease } from "./errors.ts"
import * as Search from "./search.ts"
import * as SnapshotItems from "../snapshot/items.ts"
import * as Steps from "../steps.ts"

/**
 * The tag that every finished release carries. A release is recognised as finished by it, so it is not optional, and it
 * is put on last.
 */
export const mark = "release"

/** The tags of a release, the mark last. */
export const tagsOf = ({ tags = [] }: Options): ReadonlyArray<string> => [
  ...new Set(tags.filter((tag) => tag.toLowerCase() !== mark)),
  mark
]

/** What is this release, decided alike by plan and run. */
export const criteriaOf = (
  { known, name, options, plannedAt }: Pick<Plan, "known" | "name" | "options" | "plannedAt">,
  pattern: Series.Pattern
) => ({
  pattern,
  name,
  isNamed: options.name !== undefined,
  resume: options.resume ?? "1 day",
  known: new Set(known),
  plannedAt
})

/** Plans to finish what was started, or to start. */
export const plan = Effect.fnUntraced(function* (options: Options) {
  const pattern = yield* Effect.fromResult(Series.pattern(options.series))
  yield* checkOptions(options)
  const mayBe = options.name ?? pattern.nameAt(yield* DateTime.now)
  if (mayBe === undefined) return yield* invalid("name", `expected a name, for none can be made by ${pattern.text}`)
  if (!pattern.matches(mayBe)) return yield* invalid("name", `${JSON.stringify(mayBe)} is not one of ${pattern.text}`)
  const droplets = yield* Droplets
  const droplet = yield* droplets.get(options.droplet)
  yield* checkRegions(droplet, options)
  // the time at DigitalOcean is known by a response
  const now = yield* ServerTime.now
  const name = options.name ?? pattern.nameAt(now) ?? mayBe
  const listed = yield* Ensure.inspectSnapshots(droplet)
  const known = listed.snapshots.map(({ id }) => id)
  const criteria = criteriaOf({ known, name, options, plannedAt: now }, pattern)
  const state = yield* Search.named(listed, criteria)
  const older = options.retire === undefined ? [] : yield* Series.list(seriesOf(options))
  const make = (started: Started) => build({ options, now, name, droplet, state, older }, started)

  for (const found of Search.decide(state, criteria)) {
    if (found._tag === "InProgress") return yield* make({ action: Option.some(found.action) })
    if (found._tag === "Nothing") break
    const finishing = yield* make({ image: yield* Ensure.inspectImage(found.image.id) })
    if (found._tag === "Taken" || !isFinished(finishing)) return finishing
  }
  if (options.name !== undefined) yield* refuseTaken(name, options)
  return yield* make({ action: Option.none() })
})

/** What would fail only when the snapshot is made and paid for. */
const checkOptions = Effect.fnUntraced(function* (options: Options) {
  const { disk } = options
  if (disk !== undefined && !(disk > 0)) return yield* invalid("disk", `expected a number of GB above 0, got ${disk}`)
  const problem = Steps.problemOfTags(tagsOf(options))
  if (problem !== undefined) return yield* invalid("tags", problem)
})

/** A name is a release: there must not be two images of it. */
const refuseTaken = Effect.fnUntraced(function* (name: string, { series }: Options) {
  const taken = (yield* Series.list({ name: series })).find((image) => image.name === name)
  if (taken !== undefined) return yield* invalid("name", `image ${taken.id} has that name, and is not of this Droplet`)
})

type Started = { readonly image: Ensure.ImageState } | { readonly action: Option.Option<Action> }

interface Known {
  readonly options: Options
  readonly now: DateTime.Utc
  readonly name: string
  readonly droplet: Droplet.Droplet
  readonly state: Ensure.SnapshotState
  readonly older: ReadonlyArray<Image.Image>
}

const invalid = (field: string, problem: string) => Effect.fail(new InvalidRelease({ field, problem }))

/** A region that does not exist would be found out only when the snapshot is taken. */
const checkRegions = Effect.fnUntraced(function* (droplet: Droplet.Droplet, options: Options) {
  const wanted = (options.regions ?? []).map(Region.slugOf).filter((slug) => slug !== droplet.region?.slug)
  if (wanted.length === 0) return
  const regions = yield* Regions
  const known = yield* Stream.runCollect(regions.list()).pipe(
    Effect.map((all): ReadonlyArray<Region.Region> | undefined => all),
    Effect.catchReason("DigitalOceanError", "Forbidden", () => Effect.succeed(undefined))
  )
  for (const slug of wanted) {
    // whether it is open for transfers is for DigitalOcean to say: its flags are hints
    if (known?.some((region) => region.slug === slug) === false)
      return yield* invalid("regions", `there is no region ${JSON.stringify(slug)}`)
  }
})

const seriesOf = (options: Options): Series.Series => ({ name: options.series, tags: [mark] })

/** Nothing is missing. The mark says that the Droplet was powered on. */
const isFinished = (plan: Plan): boolean =>
  plan.items.every((item) => !(["transfer", "tag", "delete"].includes(item.verb) && JobItem.isWork(item)))

const build = Effect.fnUntraced(function* (known: Known, started: Started) {
  const { droplet, name, options } = known
  const state = "image" in started ? started.image : undefined
  const image = state?.image
  const subject = image ?? { id: null, name }
  const home = droplet.region === null ? [] : [droplet.region.slug]
  const transfers = Steps.transfers(subject, options.regions ?? [], state, home)
  const retire = yield* retirement(known, image)
  const steps: ReadonlyArray<Step> = [
    ...SnapshotItems.of({
      ...{ droplet, actions: known.state.actions, now: known.now, options, name, image },
      inProgress: "image" in started ? Option.none() : started.action,
      desired: "one of the series"
    }),
    JobItem.make("check", subject, {
      reason: options.disk === undefined ? "available" : `available, and fits on ${options.disk} GB`,
      changes: 0
    }),
    ...transfers,
    JobItem.make("arrive", subject, { reason: "in every region", changes: 0 }),
    ...(yield* Steps.tags(subject, tagsOf(options), image))
  ]
  const items: ReadonlyArray<Item> = [...steps, ...(retire?.items ?? [])]
  const needed = steps.filter(JobItem.isWork)
  const shared = (retire?.requests.lookups ?? 0) + (needed.some(({ verb }) => verb === "transfer") ? 2 : 0)
  const lookups = needed.reduce((sum, { verb }) => sum + looks[verb], shared)
  const made: Plan = {
    ...JobPlan.make("release", options, items, lookups),
    droplet: droplet.id,
    dropletName: droplet.name,
    name: image?.name ?? name,
    image: image?.id ?? null,
    plannedAt: known.now,
    known: known.state.snapshots.map(({ id }) => id),
    retire: retire ?? null
  }
  return made
})

/** The minimum number of lookups of a step; transfers share one. */
const looks = { ...SnapshotItems.lookups, check: 1, transfer: 0, arrive: 1, tag: 0 }

/** What becomes of the releases before this one, once it is one. */
const retirement = ({ name, now, older, options }: Known, image: Image.Image | undefined) => {
  if (options.retire === undefined) return Effect.undefined
  const created_at = image?.created_at ?? now
  const before = older.filter(({ created_at: at }) => DateTime.isLessThan(at, created_at))
  const upcoming = {
    id: Image.idOf(image ?? 0),
    name: image?.name ?? name,
    type: "snapshot",
    status: "available",
    public: false,
    tags: tagsOf(options),
    created_at
  }
  const { evenIfInUse, prices } = options
  return Rotate.planWith(before, { ...options.retire, series: seriesOf(options), evenIfInUse, prices }, upcoming)
}
