import type { Image } from "../schemas/image.ts"
import type { Region } from "../schemas/region.ts"
import type { Size } from "../schemas/size.ts"

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

const base = (id: number, distribution: string, name: string, slug: string, created_at: string): Image => ({
  id,
  name,
  type: "base",
  distribution,
  slug,
  public: true,
  regions: everywhere,
  created_at,
  min_disk_size: 7,
  size_gigabytes: 2.5,
  description: "",
  tags: [],
  status: "available",
  error_message: ""
})

/**
 * DigitalOcean's public images: the distributions, and some of the applications.
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
 * The slugs of the public images that are applications; no field of an image says so.
 *
 * @category seeds
 * @since 0.1.0
 */
export const applications: ReadonlySet<string> = new Set(["docker-20-04", "wordpress-20-04", "nodejs-20-04"])

/**
 * The regions, all of which can receive a transfer.
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
 * The sizes: those of other Droplets are in every region, those of GPU Droplets in one.
 *
 * @category seeds
 * @since 0.1.0
 */
export const sizes: ReadonlyArray<Size> = [
  size("s-1vcpu-512mb-10gb", 1, 0.5, 10, 0.5, 4),
  size("s-1vcpu-1gb", 1, 1, 25, 1, 6),
  size("s-1vcpu-2gb", 1, 2, 50, 2, 12),
  size("s-2vcpu-4gb", 2, 4, 80, 4, 24),
  size("s-4vcpu-8gb", 4, 8, 160, 5, 48),
  {
    slug: "gpu-h100x1-80gb",
    memory: 245_760,
    vcpus: 20,
    disk: 720,
    transfer: 15,
    price_monthly: 4529.3,
    price_hourly: 6.74,
    regions: ["tor1"],
    available: true,
    description: "H100 GPU - 1X"
  }
]

/**
 * Whether a size is of GPU Droplets, which are listed separately.
 *
 * @category seeds
 * @since 0.1.0
 */
export const isGpu = (size: string): boolean => size.startsWith("gpu-")

/**
 * The regions that have a size.
 *
 * @category seeds
 * @since 0.1.0
 */
export const regionsOf = (size: string): ReadonlyArray<string> => sizes.find(({ slug }) => slug === size)?.regions ?? []

/**
 * A region as DigitalOcean writes it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const region = (slug: string): Region => known.get(slug) ?? written(slug)

const written = (slug: string): Region => ({
  name: regions.get(slug) ?? slug,
  slug,
  features: ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"],
  available: true,
  sizes: sizes.filter(({ regions }) => regions.includes(slug)).map(({ slug }) => slug)
})

// one object for all resources in a region: an account may have thousands
const known: ReadonlyMap<string, Region> = new Map(Array.from(regions.keys(), (slug) => [slug, written(slug)]))
