/**
 * What an account holds at the beginning.
 *
 * @since 0.1.0
 */
import type { Image, Region, Size } from "./internal/api/shared.ts"

/**
 * An image of a seed: only its id and its name have to be told.
 *
 * **Details**
 *
 * By default a private, available snapshot of 10 GB of Ubuntu in `nyc3`, made on 2026-01-01.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageSeed = Pick<Image, "id" | "name"> & Partial<Image>

/**
 * The images of an account; DigitalOcean's public ones are there besides.
 *
 * @category models
 * @since 0.1.0
 */
export interface Seed {
  readonly images: ReadonlyArray<ImageSeed>
  readonly droplets?: ReadonlyArray<DropletSeed> | undefined
  readonly volumes?: ReadonlyArray<Volume> | undefined
}

/**
 * A Droplet of a seed: only its id and its name have to be told.
 *
 * **Details**
 *
 * By default an active `s-1vcpu-1gb` of the newest Ubuntu in `nyc3`, without tags and backups. `images` names those of
 * the seed's snapshots and backups that were made of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface DropletSeed {
  readonly id: number
  readonly name: string
  readonly status?: "active" | "off"
  readonly created_at?: string
  readonly size?: string
  readonly region?: string
  readonly tags?: ReadonlyArray<string>
  readonly policy?: Policy
  readonly images?: ReadonlyArray<number>
}

/**
 * When a Droplet is backed up.
 *
 * @category models
 * @since 0.1.0
 */
export interface Policy {
  readonly plan: "daily" | "weekly"
  readonly weekday?: "SUN" | "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT"
  readonly hour?: 0 | 4 | 8 | 12 | 16 | 20
}

/**
 * A volume: a UUID, a name, its size in GB and its region.
 *
 * @category models
 * @since 0.1.0
 */
export interface Volume {
  readonly id: string
  readonly name: string
  readonly size_gigabytes: number
  readonly region: string
}

/**
 * A whole image from what a seed tells of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const image = (seed: ImageSeed): Image => ({
  type: "snapshot",
  distribution: "Ubuntu",
  slug: null,
  public: false,
  regions: ["nyc3"],
  created_at: "2026-01-01T00:00:00Z",
  min_disk_size: 25,
  size_gigabytes: 10,
  description: "",
  tags: [],
  status: "available",
  error_message: "",
  ...seed
})

/**
 * An account without images of its own.
 *
 * @category seeds
 * @since 0.1.0
 */
export const empty: Seed = { images: [] }

/**
 * The account of the demo and the sandbox: snapshots of a web server and a database, two backups, a custom image.
 *
 * @category seeds
 * @since 0.1.0
 */
export const demo: Seed = {
  droplets: [
    {
      id: 413_118_204,
      name: "web-01",
      tags: ["web"],
      policy: { plan: "weekly", weekday: "SUN", hour: 4 },
      images: [166_404_101, 165_903_377, 166_480_233, 166_017_820]
    },
    { id: 398_250_117, name: "db-01", size: "s-4vcpu-8gb", region: "fra1", tags: ["db"], images: [165_120_954] }
  ],
  volumes: [{ id: "506f78a4-e098-11e5-ad9f-000f53306ae1", name: "data", size_gigabytes: 100, region: "fra1" }],
  images: [
    {
      id: 166_404_101,
      name: "web-2026-11-20",
      created_at: "2026-11-20T03:10:00Z",
      size_gigabytes: 3.42,
      tags: ["web"],
      description: "web server, weekly"
    },
    {
      id: 165_903_377,
      name: "web-2026-11-13",
      created_at: "2026-11-13T03:10:00Z",
      regions: ["nyc3", "ams3"],
      size_gigabytes: 3.38,
      tags: ["web"]
    },
    {
      id: 165_120_954,
      name: "db-2026-11-01",
      created_at: "2026-11-01T02:00:00Z",
      distribution: "Debian",
      regions: ["fra1"],
      min_disk_size: 160,
      size_gigabytes: 38.71,
      tags: ["db"]
    },
    {
      id: 166_480_233,
      name: "web-01 2026-11-22 04:12",
      type: "backup",
      created_at: "2026-11-22T04:12:31Z",
      size_gigabytes: 3.51
    },
    {
      id: 166_017_820,
      name: "web-01 2026-11-15 04:12",
      type: "backup",
      created_at: "2026-11-15T04:12:09Z",
      size_gigabytes: 3.47
    },
    {
      id: 160_552_018,
      name: "flatcar-4230",
      type: "custom",
      distribution: "Unknown",
      created_at: "2026-06-02T11:45:10Z",
      regions: ["sfo3"],
      min_disk_size: 10,
      size_gigabytes: 0.86,
      description: "imported"
    }
  ]
}

const everywhere = [
  "ams3",
  "atl1",
  "blr1",
  "fra1",
  "lon1",
  "nyc1",
  "nyc2",
  "nyc3",
  "sfo2",
  "sfo3",
  "sgp1",
  "syd1",
  "tor1"
]

const base = (id: number, distribution: string, name: string, slug: string, created_at: string): Image =>
  image({
    id,
    name,
    type: "base",
    distribution,
    slug,
    public: true,
    regions: everywhere,
    created_at,
    min_disk_size: 7,
    size_gigabytes: 2.5
  })

/**
 * DigitalOcean's public images: distributions, and of the applications some.
 *
 * @category seeds
 * @since 0.1.0
 */
export const publicImages: ReadonlyArray<Image> = [
  base(199_110_001, "Ubuntu", "24.04 (LTS) x64", "ubuntu-24-04-x64", "2026-10-21T17:00:00Z"),
  base(199_110_002, "Ubuntu", "22.04 (LTS) x64", "ubuntu-22-04-x64", "2026-10-21T17:05:00Z"),
  base(199_110_003, "Ubuntu", "25.10 x64", "ubuntu-25-10-x64", "2026-10-21T17:10:00Z"),
  base(199_110_004, "Debian", "12 x64", "debian-12-x64", "2026-09-11T09:00:00Z"),
  base(199_110_005, "Debian", "13 x64", "debian-13-x64", "2026-09-11T09:05:00Z"),
  base(199_110_006, "Fedora", "42 x64", "fedora-42-x64", "2026-05-06T09:00:00Z"),
  base(199_110_007, "Fedora", "43 x64", "fedora-43-x64", "2026-11-04T09:00:00Z"),
  base(199_110_008, "Rocky Linux", "9 x64", "rockylinux-9-x64", "2026-06-12T09:00:00Z"),
  base(199_110_009, "Rocky Linux", "10 x64", "rockylinux-10-x64", "2026-06-12T09:05:00Z"),
  base(199_110_010, "AlmaLinux", "9 x64", "almalinux-9-x64", "2026-06-12T09:10:00Z"),
  base(199_110_011, "AlmaLinux", "10 x64", "almalinux-10-x64", "2026-06-12T09:15:00Z"),
  base(199_110_012, "CentOS", "9 Stream x64", "centos-stream-9-x64", "2026-06-12T09:20:00Z"),
  base(199_110_013, "CentOS", "10 Stream x64", "centos-stream-10-x64", "2026-06-12T09:25:00Z"),
  { ...base(199_220_001, "Ubuntu", "Docker on Ubuntu", "docker-20-04", "2026-08-01T10:00:00Z"), type: "snapshot" },
  {
    ...base(199_220_002, "Ubuntu", "WordPress on Ubuntu", "wordpress-20-04", "2026-08-01T10:05:00Z"),
    type: "snapshot"
  },
  { ...base(199_220_003, "Ubuntu", "Node.js on Ubuntu", "nodejs-20-04", "2026-08-01T10:10:00Z"), type: "snapshot" }
]

/**
 * The slugs of the public images that are applications: no field of an image tells.
 *
 * @category seeds
 * @since 0.1.0
 */
export const applications: ReadonlySet<string> = new Set(["docker-20-04", "wordpress-20-04", "nodejs-20-04"])

/**
 * The regions there are; all of them can receive a transfer.
 *
 * @category seeds
 * @since 0.1.0
 */
export const regions: ReadonlyMap<string, string> = new Map([
  ["ams3", "Amsterdam 3"],
  ["atl1", "Atlanta 1"],
  ["blr1", "Bangalore 1"],
  ["fra1", "Frankfurt 1"],
  ["lon1", "London 1"],
  ["nyc1", "New York 1"],
  ["nyc2", "New York 2"],
  ["nyc3", "New York 3"],
  ["sfo2", "San Francisco 2"],
  ["sfo3", "San Francisco 3"],
  ["sgp1", "Singapore 1"],
  ["syd1", "Sydney 1"],
  ["tor1", "Toronto 1"]
])

const size = (slug: string, vcpus: number, memory: number, disk: number, transfer: number, price: number): Size => ({
  slug,
  memory: memory * 1024,
  vcpus,
  disk,
  transfer,
  price_monthly: price,
  price_hourly: Number((price / 672).toFixed(5)),
  regions: everywhere,
  available: true,
  description: "Basic"
})

/**
 * The sizes there are, in every region.
 *
 * @category seeds
 * @since 0.1.0
 */
export const sizes: ReadonlyArray<Size> = [
  size("s-1vcpu-512mb-10gb", 1, 0.5, 10, 0.5, 4),
  size("s-1vcpu-1gb", 1, 1, 25, 1, 6),
  size("s-1vcpu-2gb", 1, 2, 50, 2, 12),
  size("s-2vcpu-4gb", 2, 4, 80, 4, 24),
  size("s-4vcpu-8gb", 4, 8, 160, 5, 48)
]

/**
 * A region as DigitalOcean writes it.
 *
 * @category seeds
 * @since 0.1.0
 */
export const region = (slug: string): Region => ({
  name: regions.get(slug) ?? slug,
  slug,
  features: ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"],
  available: true,
  sizes: sizes.map(({ slug }) => slug)
})
