import { type DigitalOceanApi, Seed } from "@effect-digitalocean/testing"

type Image = DigitalOceanApi.Image

/** The names of the jobs that are measured. */
export type JobName =
  | "replicate300x3"
  | "rotate1000"
  | "audit10000"
  | "auditSnapshots10000"
  | "release1x5"
  | "preserve50"

/** The regions that images are transferred to. */
export const targets = ["fra1", "sfo3", "sgp1", "ams3", "lon1"] as const

const firstImage = 100_000_001
const firstDroplet = 300_000_001

/** The Droplet that is released. */
export const droplet = firstDroplet

const range = (count: number, first: number) => Array.from({ length: count }, (_, i) => first + i)

/** The images that are replicated. */
export const replicas = range(300, firstImage)

/** The backups that are preserved. */
export const backups = range(50, firstImage)

const hours = (count: number) => Seed.timestamp(Seed.now - count * 3_600_000)

/** Images of 1 to 20 GB, in an order without a pattern. The account takes 60 s and 20 s per GB to transfer one. */
const replicated: Seed.Seed = {
  images: replicas.map((id, i) => ({
    id,
    name: `web-${i}`,
    size_gigabytes: Math.round(100 + (1900 * ((i * 617) % 300)) / 299) / 100
  }))
}

const rotated: Seed.Seed = {
  images: range(1000, firstImage).map((id, i) => ({ id, name: `web-${i}`, created_at: hours(1000 - i) }))
}

/** An account of 10,000 images and 200 Droplets. Each Droplet has as many snapshots; other images are custom. */
const audited = (snapshots: number): Seed.Seed => ({
  images: range(10_000, firstImage).map((id, i) => ({
    id,
    name: `web-${i % 200}-${hours(i)}`,
    type: i < 200 * snapshots ? "snapshot" : "custom",
    created_at: hours(i),
    size_gigabytes: 1 + (i % 900) / 100,
    regions: targets.slice(0, 1 + (i % 3)),
    tags: ["golden", `team-${i % 7}`].slice(0, i % 3),
    description: i % 2 === 0 ? "" : `nightly image of team ${i % 7}, kept for 30 days`
  })),
  droplets: range(200, firstDroplet).map((id, i) => ({
    id,
    name: `web-${i}`,
    images: range(snapshots, 0).map((j) => firstImage + i + 200 * j)
  })),
  volumes: range(20, 0).map((i) => ({
    id: `506f78a4-e098-11e5-ad9f-${String(i).padStart(12, "0")}`,
    name: `data-${i}`,
    size_gigabytes: 100,
    region: "fra1"
  }))
})

const released: Seed.Seed = { images: [], droplets: [{ id: droplet, name: "web-01" }] }

const preserved: Seed.Seed = {
  images: backups.map((id, i) => ({ id, name: `web-${i} backup`, type: "backup", size_gigabytes: 3 })),
  droplets: backups.map((id, i) => ({ id: firstDroplet + i, name: `web-${i}`, images: [id] }))
}

/** What the account of each job contains. */
export const seeds: { readonly [name in JobName]: Seed.Seed } = {
  replicate300x3: replicated,
  rotate1000: rotated,
  audit10000: audited(1),
  auditSnapshots10000: audited(50),
  release1x5: released,
  preserve50: preserved
}

const isIn = (regions: ReadonlyArray<string>) => (image: Image) =>
  regions.every((region) => image.regions.includes(region))

/** Whether the images of the account are what each job should leave. */
export const isDone: { readonly [name in JobName]: (images: ReadonlyArray<Image>) => boolean } = {
  replicate300x3: (images) => images.length === 300 && images.every(isIn(targets.slice(0, 3))),
  rotate1000: (images) => images.length === 500 && images.every(({ id }) => id >= firstImage + 500),
  audit10000: (images) => images.length === 10_000,
  auditSnapshots10000: (images) => images.length === 10_000,
  release1x5: (images) => images.length === 1 && images.every(isIn(targets)),
  preserve50: (images) =>
    images.length === 50 &&
    images.every(
      ({ id, name, tags, type }) => type === "snapshot" && name === `preserved-${id}` && tags?.includes("preserved")
    ) &&
    images.every(isIn(targets.slice(0, 1)))
}
