import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import * as Region from "@effect-digitalocean/client/Region"
import * as Snapshot from "@effect-digitalocean/client/Snapshot"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Cost from "../../Cost.ts"
import * as Usage from "../../Usage.ts"
import type {
  Arguments,
  Duplicates,
  Findings,
  Listing,
  Listings,
  Options,
  Orphans,
  Row,
  Source,
  Total
} from "./model.ts"

/** Derives findings from listings; documented at `Audit`. */
export const of = (listings: Listings, options: Options = {}, args: Arguments = {}): Findings => {
  const prices = options.prices ?? Cost.prices
  const wanted = [...new Set<string>((options.regions ?? []).map(Region.slugOf))]
  const sources = sourcesOf(listings)
  const series = args.seriesOf ?? seriesOf
  const usedBy = usesOf(listings)
  const row = rowOf({ sources, usedBy, prices, series, generatedAt: listings.generatedAt, wanted })
  const rows = [
    ...listings.images.filter((image) => Image.isPrivate(image) && !Image.isDeleted(image)).map(row.image),
    ...orEmpty(listings.snapshots).filter(Snapshot.isVolumeSnapshot).map(row.volume)
  ].sort(newestFirst)
  const summed = mostExpensiveFirst(groups(rows, (row) => row.series))
  const rank = new Map(summed.map(([series], i) => [series, i]))
  // within a series the newest stays first
  rows.sort((a, b) => rank.get(a.series)! - rank.get(b.series)!)
  return {
    generatedAt: listings.generatedAt,
    prices,
    images: rows,
    total: totalOf(rows),
    kinds: mostExpensiveFirst(groups(rows, (row) => row.kind)).map(([kind, rows]) => ({ kind, total: totalOf(rows) })),
    series: summed.map(([series, rows]) => ({ series, total: totalOf(rows) })),
    ages: agesOf(rows),
    regions: regionsOf(rows, wanted),
    orphans: {
      droplet: orphansOf("droplet", rows, [listings.snapshots, listings.droplets, listings.pools]),
      volume: orphansOf("volume", rows, [listings.snapshots, listings.volumes])
    },
    duplicates: duplicatesOf(rows),
    failedListings: failures([listings.snapshots, listings.droplets, listings.volumes, listings.pools])
  }
}

/** Documented at `Audit`. */
export const seriesOf = (name: string): string => {
  // only the end is matched, because names are untrusted: this takes linear time
  const [start, end] = [name.slice(0, -longestEnd), name.slice(-longestEnd)]
  const timeless = end.replace(/[\s._-]*\d{4}-?\d{2}-?\d{2}([T\s_-]?\d{2}([:-]?\d{2}){0,2}([.-]\d+)?Z?)?$/i, "")
  const bare = start + (timeless === end ? end.replace(/[\s._-]*v?\d+([._-]\d+)*$/i, "") : timeless)
  return bare.trim() === "" ? name : bare
}

const longestEnd = 100

/** Returns the source of an image, or of a snapshot of a volume. */
interface Sources {
  readonly image: (image: Image.Image) => Source
  readonly volume: (snapshot: Snapshot.Snapshot) => Source
}

const sourcesOf = ({ droplets, snapshots, volumes }: Listings): Sources => {
  const bySnapshot = new Map(orEmpty(snapshots).map((snapshot) => [String(snapshot.id), snapshot]))
  const names = {
    droplet: Result.map(droplets, (all) => new Map(all.map(({ id, name }) => [String(id), name]))),
    volume: Result.map(volumes, (all) => new Map(all.map(({ id, name }) => [String(id), name])))
  }
  const sourceOf = (resource_type: "droplet" | "volume", snapshot: Snapshot.Snapshot | undefined): Source => {
    const resource_id = snapshot?.resource_id
    const existing = names[resource_type]
    if (resource_id == null || Result.isFailure(existing)) return { _tag: "Unknown" }
    const name = existing.success.get(resource_id)
    return name === undefined
      ? { _tag: "Deleted", resource_type, resource_id }
      : { _tag: "Exists", resource_type, resource_id, name }
  }
  return {
    // a backup is deleted with its Droplet, and the listing of snapshots does not contain it
    image: (image) =>
      Image.isSnapshot(image)
        ? sourceOf("droplet", bySnapshot.get(String(image.id)))
        : { _tag: Image.isCustom(image) ? "None" : "Unknown" },
    volume: (snapshot) => sourceOf("volume", snapshot)
  }
}

/** Returns what is known to refer to an image or to protect it; null if a listing that tells failed. */
const usesOf = ({ droplets, generatedAt, pools }: Listings) => {
  if (Result.isFailure(droplets) || Result.isFailure(pools)) return () => null
  const usage = Usage.of({ readAt: generatedAt, droplets: droplets.success, pools: pools.success })
  return (image: Image.Image) => known(Usage.referencesTo(usage, image))
}

/** An audit deletes nothing, so that what is not returned, and may refer to any image, does not hide an orphan. */
const known = (references: ReadonlyArray<Usage.Reference>) => references.filter(Usage.isCertain)

/** Whether nothing needs a row: its source is deleted, and nothing refers to it or protects it. */
export const isOrphan = ({ source, usedBy }: Row): boolean => source._tag === "Deleted" && usedBy?.length === 0

const rowOf = (context: {
  readonly usedBy: (image: Image.Image) => Row["usedBy"]
  readonly sources: Sources
  readonly prices: Cost.Prices
  readonly series: (name: string) => string
  readonly generatedAt: DateTime.Utc
  readonly wanted: ReadonlyArray<string>
}) => {
  const make = (
    { created_at, name, regions, size_gigabytes }: Image.Image | Snapshot.Snapshot,
    own: Pick<Row, "id" | "kind" | "missing" | "source" | "usedBy">
  ): Row => ({
    ...own,
    name,
    series: context.series(name),
    created_at,
    days: daysBetween(created_at, context.generatedAt),
    regions: [...new Set<string>(regions)],
    size_gigabytes,
    usd: own.kind === "backup" ? 0 : size_gigabytes === null ? null : Cost.ofSize(size_gigabytes, context.prices)
  })
  return {
    image: (image: Image.Image): Row =>
      make(image, {
        id: String(image.id),
        kind: image.type === "" ? "image" : image.type.toLowerCase(),
        missing: Image.isBackup(image) ? [] : context.wanted.filter((region) => !image.regions.includes(region)),
        source: context.sources.image(image),
        usedBy: context.usedBy(image)
      }),
    volume: (snapshot: Snapshot.Snapshot): Row =>
      make(snapshot, {
        id: snapshot.id,
        kind: "volume snapshot",
        missing: [],
        source: context.sources.volume(snapshot),
        // which volumes were created from it is not returned
        usedBy: known(Usage.protections(snapshot.tags, context.generatedAt))
      })
  }
}

const totalOf = (rows: ReadonlyArray<Row>): Total => ({
  count: rows.length,
  gigabytes: rows.reduce((sum, { size_gigabytes }) => sum + (size_gigabytes ?? 0), 0),
  usd: rows.reduce((sum, { usd }) => sum + (usd ?? 0), 0),
  unknown: rows.filter(({ usd }) => usd === null).length
})

const orphansOf = (
  kind: "droplet" | "volume",
  rows: ReadonlyArray<Row>,
  needed: ReadonlyArray<Listing<unknown>>
): Orphans => {
  const [failure] = failures(needed)
  if (failure !== undefined) return { _tag: "Unavailable", ...failure }
  const orphans = rows.filter(
    (row) => isOrphan(row) && row.source._tag === "Deleted" && row.source.resource_type === kind
  )
  return { _tag: "Known", ids: orphans.map(({ id }) => id), total: totalOf(orphans) }
}

const duplicatesOf = (rows: ReadonlyArray<Row>): ReadonlyArray<Duplicates> =>
  groups(
    rows.filter(({ name }) => name !== ""),
    ({ kind, name }) => JSON.stringify([kind, name])
  )
    .filter(([, rows]) => rows.length > 1)
    .map(([, rows]) => {
      const [newest, ...others] = rows.toSorted(newestFirst)
      const { kind, name } = newest!
      return { kind, name, ids: [newest!, ...others].map(({ id }) => id), reclaimable: totalOf(others) }
    })

const ages = [
  ["up to a week", 0],
  ["up to a month", 8],
  ["up to 3 months", 31],
  ["up to a year", 91],
  ["over a year", 366]
] as const

const agesOf = (rows: ReadonlyArray<Row>): Findings["ages"] =>
  ages.map(([label, days], i) => {
    const until = ages[i + 1]?.[1] ?? Number.POSITIVE_INFINITY
    const inside = rows.filter((row) => row.days >= days && row.days < until)
    return { label, days, total: totalOf(inside) }
  })

const regionsOf = (rows: ReadonlyArray<Row>, wanted: ReadonlyArray<string>): Findings["regions"] =>
  [...new Set([...wanted, ...rows.flatMap(({ regions }) => regions)])].sort().map((region) => ({
    region,
    isWanted: wanted.includes(region),
    missing: rows.filter(({ missing }) => missing.includes(region)).length,
    total: totalOf(rows.filter(({ regions }) => regions.includes(region)))
  }))

const failures = (listings: ReadonlyArray<Listing<unknown>>): Findings["failedListings"] =>
  listings.flatMap((listing) => (Result.isFailure(listing) ? [failureOf(listing.failure)] : []))

const failureOf = ({ operation, reason }: DigitalOceanError) => ({ operation, problem: reason.message })

const orEmpty = <A>(listing: Listing<A>): ReadonlyArray<A> => Result.getOrElse(listing, () => [])

const groups = (rows: ReadonlyArray<Row>, key: (row: Row) => string): ReadonlyArray<readonly [string, Array<Row>]> => [
  ...Map.groupBy(rows, key)
]

const mostExpensiveFirst = (groups: ReadonlyArray<readonly [string, ReadonlyArray<Row>]>) =>
  groups.toSorted(([a, ofA], [b, ofB]) => totalOf(ofB).usd - totalOf(ofA).usd || (a < b ? -1 : 1))

const newestFirst = (a: Row, b: Row): number =>
  DateTime.toEpochMillis(b.created_at) - DateTime.toEpochMillis(a.created_at) || (a.id < b.id ? 1 : -1)

const daysBetween = (from: DateTime.Utc, to: DateTime.Utc): number =>
  Math.max(0, Math.floor((DateTime.toEpochMillis(to) - DateTime.toEpochMillis(from)) / 86_400_000))
