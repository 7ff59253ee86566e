import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import * as Snapshot from "@effect-digitalocean/client/Snapshot"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import type { Duplicates, Listing, Listings, Options, Orphans, Report, Row, Source, Total } from "./model.ts"
import * as Cost from "../../Cost.ts"

/** A report of listings; documented at `Audit`. */
export const of = (listings: Listings, options: Options = {}): Report => {
  const prices = options.prices ?? Cost.prices
  const wanted = [...new Set(options.regions ?? [])]
  const judge = judges(listings)
  const series = options.seriesOf ?? seriesOf
  const row = rowOf({ judge, prices, series, taken_at: listings.taken_at, wanted })
  const rows = [
    ...listings.images.filter((image) => Image.isPrivate(image) && !Image.isDeleted(image)).map(row.image),
    ...orEmpty(listings.snapshots).filter(Snapshot.isVolumeSnapshot).map(row.volume)
  ].sort(newestFirst)
  const summed = dearestFirst(groups(rows, (row) => row.series))
  const rank = new Map(summed.map(([series], i) => [series, i]))
  rows.sort((a, b) => rank.get(a.series)! - rank.get(b.series)! || newestFirst(a, b))
  return {
    taken_at: listings.taken_at,
    prices,
    images: rows,
    total: totalOf(rows),
    kinds: dearestFirst(groups(rows, (row) => row.kind)).map(([kind, rows]) => ({ kind, total: totalOf(rows) })),
    series: summed.map(([series, rows]) => ({ series, total: totalOf(rows) })),
    ages: agesOf(rows),
    regions: regionsOf(rows, wanted),
    orphans: {
      droplet: orphansOf("droplet", rows, [listings.snapshots, listings.droplets]),
      volume: orphansOf("volume", rows, [listings.snapshots, listings.volumes])
    },
    duplicates: duplicatesOf(rows),
    unlisted: failures([listings.snapshots, listings.droplets, listings.volumes])
  }
}

/** Documented at `Audit`. */
export const seriesOf = (name: string): string => {
  // a time or a number at the end is short, and a name may be hostile
  const [start, end] = [name.slice(0, -longestEnd), name.slice(-longestEnd)]
  const timeless = end.replace(/[\s._-]*\d{4}-?\d{2}-?\d{2}([T\s_-]?\d{2}([:-]?\d{2}){0,2}([.-]\d+)?Z?)?$/i, "")
  const bare = start + (timeless === end ? end.replace(/[\s._-]*v?\d+([._-]\d+)*$/i, "") : timeless)
  return bare.trim() === "" ? name : bare
}

const longestEnd = 100

/** What snapshots are held against. */
interface Judge {
  readonly image: (image: Image.Image) => Source
  readonly volume: (snapshot: Snapshot.Snapshot) => Source
}

const judges = ({ droplets, snapshots, volumes }: Listings): Judge => {
  const bySnapshot = new Map(orEmpty(snapshots).map((snapshot) => [snapshot.id as string, snapshot]))
  const alive = {
    droplet: Result.map(droplets, (all) => new Map(all.map(({ id, name }) => [String(id), name]))),
    volume: Result.map(volumes, (all) => new Map(all.map(({ id, name }) => [id, name])))
  }
  const judge = (resource_type: "droplet" | "volume", snapshot: Snapshot.Snapshot | undefined): Source => {
    const resource_id = snapshot?.resource_id
    const there = alive[resource_type]
    if (resource_id == null || resource_id === "" || Result.isFailure(there)) return { _tag: "Unknown" }
    const name = there.success.get(resource_id)
    return name === undefined
      ? { _tag: "Gone", resource_type, resource_id }
      : { _tag: "There", resource_type, resource_id, name }
  }
  return {
    // a backup goes with its Droplet, and is in no listing of snapshots
    image: (image) =>
      Image.isSnapshot(image)
        ? judge("droplet", bySnapshot.get(String(image.id)))
        : { _tag: Image.isCustom(image) ? "None" : "Unknown" },
    volume: (snapshot) => judge("volume", snapshot)
  }
}

const rowOf = (with_: {
  readonly judge: Judge
  readonly prices: Cost.Prices
  readonly series: (name: string) => string
  readonly taken_at: DateTime.Utc
  readonly wanted: ReadonlyArray<string>
}) => {
  const make = (
    { created_at, name, regions, size_gigabytes }: Image.Image | Snapshot.Snapshot,
    own: Pick<Row, "id" | "kind" | "missing" | "source">
  ): Row => ({
    ...own,
    name,
    series: with_.series(name),
    created_at,
    days: daysBetween(created_at, with_.taken_at),
    regions: [...new Set<string>(regions)],
    size_gigabytes,
    usd: own.kind === "backup" ? 0 : size_gigabytes === null ? null : Cost.ofSize(size_gigabytes, with_.prices)
  })
  return {
    image: (image: Image.Image): Row =>
      make(image, {
        id: String(image.id),
        kind: image.type === "" ? "image" : image.type.toLowerCase(),
        missing: Image.isBackup(image) ? [] : with_.wanted.filter((region) => !image.regions.includes(region)),
        source: with_.judge.image(image)
      }),
    volume: (snapshot: Snapshot.Snapshot): Row =>
      make(snapshot, { id: snapshot.id, kind: "volume snapshot", missing: [], source: with_.judge.volume(snapshot) })
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
  if (failure !== undefined) return { _tag: "Unjudged", ...failure }
  const orphans = rows.filter(({ source }) => source._tag === "Gone" && source.resource_type === kind)
  return { _tag: "Judged", ids: orphans.map(({ id }) => id), total: totalOf(orphans) }
}

const duplicatesOf = (rows: ReadonlyArray<Row>): ReadonlyArray<Duplicates> =>
  groups(
    rows.filter(({ name }) => name !== ""),
    ({ kind, name }) => JSON.stringify([kind, name])
  )
    .filter(([, rows]) => rows.length > 1)
    .map(([, rows]) => {
      const [newest, ...spare] = rows.toSorted(newestFirst)
      const { kind, name } = newest!
      return { kind, name, ids: [newest!, ...spare].map(({ id }) => id), spare: totalOf(spare) }
    })

const ages = [
  ["up to a week", 0],
  ["up to a month", 8],
  ["up to 3 months", 31],
  ["up to a year", 91],
  ["over a year", 366]
] as const

const agesOf = (rows: ReadonlyArray<Row>): Report["ages"] =>
  ages.map(([label, days], i) => {
    const until = ages[i + 1]?.[1] ?? Number.POSITIVE_INFINITY
    const inside = rows.filter((row) => row.days < until && (row.days >= days || i === 0))
    return { label, days, total: totalOf(inside) }
  })

const regionsOf = (rows: ReadonlyArray<Row>, wanted: ReadonlyArray<string>): Report["regions"] =>
  [...new Set([...wanted, ...rows.flatMap(({ regions }) => regions)])].sort().map((region) => ({
    region,
    isWanted: wanted.includes(region),
    missing: rows.filter(({ missing }) => missing.includes(region)).length,
    total: totalOf(rows.filter(({ regions }) => regions.includes(region)))
  }))

const failures = (listings: ReadonlyArray<Listing<unknown>>): Report["unlisted"] =>
  listings.flatMap((listing) => (Result.isFailure(listing) ? [told(listing.failure)] : []))

const told = ({ operation, reason }: DigitalOceanError) => ({ operation, problem: reason.message })

const orEmpty = <A>(listing: Listing<A>): ReadonlyArray<A> => Result.getOrElse(listing, () => [])

const groups = (rows: ReadonlyArray<Row>, key: (row: Row) => string): ReadonlyArray<readonly [string, Array<Row>]> => [
  ...Map.groupBy(rows, key)
]

const dearestFirst = (groups: ReadonlyArray<readonly [string, ReadonlyArray<Row>]>) =>
  groups.toSorted(([a, ofA], [b, ofB]) => totalOf(ofB).usd - totalOf(ofA).usd || (a < b ? -1 : 1))

const newestFirst = (a: Row, b: Row): number =>
  DateTime.toEpochMillis(b.created_at) - DateTime.toEpochMillis(a.created_at) || (a.id < b.id ? 1 : -1)

const daysBetween = (from: DateTime.Utc, to: DateTime.Utc): number =>
  Math.max(0, Math.floor((DateTime.toEpochMillis(to) - DateTime.toEpochMillis(from)) / 86_400_000))
