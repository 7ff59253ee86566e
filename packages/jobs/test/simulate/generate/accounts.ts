import type { Seed } from "@effect-digitalocean/testing"
import type { Chance } from "./chance.ts"
import { begin } from "./scenario.ts"

type Image = Seed.ImageSeed

const hour = 3_600_000

const iso = (millis: number): string => new Date(millis).toISOString()

/** The two Droplets of every account, and the series of their releases. */
export const droplets = [
  { id: 11, name: "web-01", series: "web" },
  { id: 12, name: "db-01", series: "db" }
] as const

/** The regions that images are in and are transferred to. */
export const regions = ["nyc3", "ams3", "sfo3", "fra1"] as const

/** The name of a release of a series at a time. */
const releaseName = (series: string, at: number): string => `${series}-${iso(at).replace(/[:.]/g, "-")}`

/** Whether a name is one of a release of a series, whose pattern is `web` or `web-{date}`. */
export const isReleaseName = (pattern: string, name: string): boolean => {
  const time = pattern.endsWith("-{date}") ? "" : "T\\d\\d-\\d\\d-\\d\\d-\\d{3}Z"
  return new RegExp(`^${pattern.replace("-{date}", "")}-\\d{4}-\\d\\d-\\d\\d${time}$`).test(name)
}

/** Finished and unfinished releases of a Droplet, each some hours older than the one before. */
const releases = (chance: Chance, series: string, firstId: number): ReadonlyArray<Image> => {
  let at = begin - chance.int(25, 60) * hour
  return Array.from({ length: chance.int(0, 6) }, (_, i) => {
    at -= chance.int(1, 40) * hour
    const tags = chance.is(0.9) ? ["release", ...(chance.is(0.15) ? ["pinned"] : [])] : []
    return {
      id: firstId + i,
      name: releaseName(series, at),
      created_at: iso(at).replace(/\.\d+Z/, "Z"),
      size_gigabytes: chance.int(1, 20),
      regions: ["nyc3", ...chance.some(regions.slice(1), 2, 0)],
      tags
    }
  })
}

/** Images that a page of a listing does not contain all of. */
const crowd: ReadonlyArray<Image> = Array.from({ length: 230 }, (_, i) => ({
  id: 900 + i,
  name: `other-${i}`,
  created_at: "2025-01-01T00:00:00Z",
  tags: ["release"]
}))

const backup = (id: number, days: number): Image => ({
  id,
  name: `web-01 backup ${id}`,
  type: "backup",
  created_at: iso(begin - days * 24 * hour).replace(/\.\d+Z/, "Z"),
  size_gigabytes: 4
})

/** An account by chance. GPU Droplets, autoscale pools and protected images belong here, once an account can hold them. */
export const account = (chance: Chance): Seed.Seed => {
  const own = droplets.map(({ id, name, series }, i) => {
    const images = releases(chance, series, 1 + i * 20)
    const backups = i === 0 ? Array.from({ length: chance.int(1, 2) }, (_, n) => backup(50 + n, 3 + 7 * n)) : []
    const status = chance.is(0.85) ? ("active" as const) : ("off" as const)
    return { images: [...images, ...backups], droplet: { id, name, status } }
  })
  const custom: ReadonlyArray<Image> = [
    {
      id: 60,
      name: "flatcar-1",
      type: "custom",
      min_disk_size: 10,
      size_gigabytes: 1,
      created_at: "2026-06-02T11:45:10Z"
    },
    ...(chance.is(0.2) ? [{ id: 61, name: "base-1", type: "custom", created_at: "2026-07-01T00:00:00Z" }] : [])
  ]
  // a snapshot whose Droplet is destroyed
  const orphans = chance.is(0.4) ? [{ id: 70, name: "old-2026-01-02", created_at: "2026-01-02T00:00:00Z" }] : []
  return {
    droplets: own.map(({ droplet, images }) => ({ ...droplet, images: images.map(({ id }) => id) })),
    images: [...own.flatMap(({ images }) => images), ...custom, ...orphans, ...(chance.is(0.04) ? crowd : [])]
  }
}
