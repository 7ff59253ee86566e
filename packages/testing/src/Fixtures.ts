/**
 * Bodies as DigitalOcean writes them, one of each kind, for tests that define responses.
 *
 * `image()` is a complete image, `image({ status: "NEW" })` the same with another status. A field may have any value, also
 * one that DigitalOcean never returns. `Examples` has a request and its response for every endpoint.
 *
 * @since 0.1.0
 */
import type {
  Action,
  AutoscalePool,
  Droplet,
  ErrorBody,
  Image,
  Region,
  Size,
  Snapshot,
  SshKey,
  Tag,
  Volume
} from "./DigitalOceanApi.ts"
import * as Seed from "./Seed.ts"

/**
 * A body with some fields replaced.
 *
 * @category models
 * @since 0.1.0
 */
export type Replaced<Body, Fields> = Omit<Body, keyof Fields> & Fields

/**
 * Creates a body, complete or with some fields replaced.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fixture<Body> {
  (): Body
  <Fields extends object>(fields: Fields): Replaced<Body, Fields>
}

const body =
  <Body extends object>(whole: Body): Fixture<Body> =>
  (fields?: object) =>
    // `Replaced` is the type of a spread
    ({ ...whole, ...fields }) as never

/**
 * A snapshot of a Droplet, available in nyc3.
 *
 * @category bodies
 * @since 0.1.0
 */
export const image = body<Image>(Seed.image({ id: 7938291, name: "web", size_gigabytes: 2.5 }))

/**
 * A transfer of `image` to sfo3 that is in progress.
 *
 * @category bodies
 * @since 0.1.0
 */
export const action = body<Action>({
  id: 36805527,
  status: "in-progress",
  type: "transfer",
  started_at: "2026-01-01T00:00:00Z",
  completed_at: null,
  resource_id: 7938291,
  resource_type: "image",
  region: null,
  region_slug: "sfo3"
})

/**
 * The region nyc3, which can receive images.
 *
 * @category bodies
 * @since 0.1.0
 */
export const region = body<Region>({
  slug: "nyc3",
  name: "New York 3",
  available: true,
  features: ["image_transfer"],
  sizes: ["s-1vcpu-1gb"]
})

/**
 * The size s-1vcpu-1gb.
 *
 * @category bodies
 * @since 0.1.0
 */
export const size = body<Size>({
  slug: "s-1vcpu-1gb",
  description: "Basic",
  available: true,
  memory: 1024,
  vcpus: 1,
  disk: 25,
  transfer: 1,
  price_monthly: 6,
  price_hourly: 0.00893,
  regions: ["nyc3", "sfo3"]
})

/**
 * An active Droplet in nyc3 with one backup and one snapshot.
 *
 * @category bodies
 * @since 0.1.0
 */
export const droplet = body<Droplet>({
  id: 3164494,
  name: "web-1",
  status: "active",
  locked: false,
  created_at: "2026-01-01T00:00:00.000Z",
  memory: 1024,
  vcpus: 1,
  disk: 25,
  size_slug: "s-1vcpu-1gb",
  size: size(),
  region: region(),
  image: image({ created_at: "2026-01-01T00:00:00.000Z" }),
  features: ["backups"],
  backup_ids: [7],
  snapshot_ids: [6372321],
  volume_ids: ["82a48a18-873f-11e6-96bf-000f53315a41"],
  next_backup_window: null,
  networks: { v4: [{ ip_address: "10.0.0.2", netmask: "255.0.0.0", gateway: "10.0.0.1", type: "private" }], v6: [] },
  vpc_uuid: "760e09ef-dc84-11e8-981e-3cfdfeaae000",
  tags: ["web"]
})

/**
 * A pool of two Droplets, which are created from `image`.
 *
 * @category bodies
 * @since 0.1.0
 */
export const autoscalePool = body<AutoscalePool>({
  id: "0d3db13e-a604-4944-9827-7ec2642d32ac",
  name: "web",
  config: { target_number_instances: 2 },
  droplet_template: {
    name: "web",
    region: "nyc3",
    size: "s-1vcpu-1gb",
    image: "7938291",
    ssh_keys: ["512189"],
    tags: ["web"],
    vpc_uuid: "760e09ef-dc84-11e8-981e-3cfdfeaae000",
    with_droplet_agent: true,
    project_id: "746c6152-2fa2-11ed-92d3-27aaa54e4988",
    ipv6: false,
    user_data: "#cloud-config",
    public_networking: true
  },
  current_utilization: { cpu: 0.1, memory: 0.35 },
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-02T00:00:00.000Z",
  status: "active",
  active_resources_count: 2
})

/**
 * `droplet` as a member of `autoscalePool`.
 *
 * @category bodies
 * @since 0.1.0
 */
export const autoscaleMember = body({
  droplet_id: 3164494,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:01:00.000Z",
  health_status: "healthy",
  status: "active",
  current_utilization: { cpu: 0.1, memory: 0.35 }
})

/**
 * How `autoscalePool` got its second Droplet.
 *
 * @category bodies
 * @since 0.1.0
 */
export const autoscaleEvent = body({
  history_event_id: "01936530-4471-7b86-9634-32d8fcfecbc6",
  current_instance_count: 1,
  desired_instance_count: 2,
  reason: "SCALE_UP",
  status: "success",
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:01:00.000Z"
})

/**
 * A snapshot of `droplet`.
 *
 * @category bodies
 * @since 0.1.0
 */
export const snapshot = body<Snapshot>({
  id: "6372321",
  name: "web",
  created_at: "2026-01-01T00:00:00.000Z",
  regions: ["nyc3"],
  resource_id: "3164494",
  resource_type: "droplet",
  min_disk_size: 25,
  size_gigabytes: 2.34,
  tags: []
})

/**
 * A volume in nyc3, attached to `droplet`.
 *
 * @category bodies
 * @since 0.1.0
 */
export const volume = body<Volume>({
  id: "82a48a18-873f-11e6-96bf-000f53315a41",
  name: "data",
  created_at: "2026-01-01T00:00:00.000Z",
  size_gigabytes: 100,
  region: region(),
  droplet_ids: [3164494],
  description: "",
  filesystem_type: "",
  filesystem_label: "",
  tags: []
})

/**
 * The SSH key `web`.
 *
 * @category bodies
 * @since 0.1.0
 */
export const sshKey = body<SshKey>({
  id: 512189,
  fingerprint: "2f:28:6d:7b:18:f5:e7:a6:4d:0a:4a:fe:b5:77:2c:cc",
  public_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJRMrjdwPm6ng0ca+Ifi1MOCoY+e179Jvf5xgaoPBAvI web",
  name: "web"
})

const carried = (by: string) => ({ count: 1, last_tagged_uri: `https://api.digitalocean.com/v2/${by}` })

/**
 * The tag web, with one resource of each type.
 *
 * @category bodies
 * @since 0.1.0
 */
export const tag = body<Tag>({
  name: "web",
  resources: {
    count: 5,
    last_tagged_uri: "https://api.digitalocean.com/v2/images/7938291",
    droplets: carried("droplets/3164494"),
    images: carried("images/7938291"),
    volumes: carried("volumes/82a48a18-873f-11e6-96bf-000f53315a41"),
    volume_snapshots: carried("snapshots/fbe805e8-866b-11e6-96bf-000f53315a41"),
    databases: carried("databases/9cc10173-e9ea-4176-9dbc-a4cee4c4ff30")
  }
})

/**
 * The account of a token.
 *
 * @category bodies
 * @since 0.1.0
 */
export const account = body({
  uuid: "5f0c5b1e-7d0a-4f65-a6a9-1c2d7a1c0b11",
  email: "a@example.com",
  email_verified: true,
  name: "A",
  status: "active",
  status_message: "",
  droplet_limit: 25,
  floating_ip_limit: 3,
  team: { uuid: "5f0c5b1e-7d0a-4f65-a6a9-1c2d7a1c0b11", name: "T" }
})

/**
 * The backup policy of `droplet`: weekly, on Sundays.
 *
 * @category bodies
 * @since 0.1.0
 */
export const policy = body({
  droplet_id: 3164494,
  backup_enabled: true,
  backup_policy: {
    plan: "weekly" as const,
    weekday: "SUN" as const,
    hour: 4 as const,
    window_length_hours: 4,
    retention_period_days: 28
  },
  next_backup_window: { start: "2026-01-04T04:00:00Z", end: "2026-01-04T08:00:00Z" }
})

/**
 * The body of a 404.
 *
 * @category bodies
 * @since 0.1.0
 */
export const error = body<ErrorBody>({
  id: "not_found",
  message: "The resource you were accessing could not be found."
})

/**
 * Creates a page of a listing: its rows, the total of all pages, and the number or the link of the next page.
 *
 * @category bodies
 * @since 0.1.0
 */
export const page = (key: string, rows: ReadonlyArray<unknown>, total = rows.length, next?: number | string) => ({
  [key]: rows,
  links:
    next === undefined
      ? {}
      : { pages: { next: typeof next === "string" ? next : `https://api.digitalocean.com/x?page=${next}` } },
  meta: { total }
})
