/**
 * A request and its response for every endpoint, made of `Fixtures`.
 *
 * @since 0.1.0
 */
import {
  account,
  action,
  autoscaleEvent,
  autoscaleMember,
  autoscalePool,
  droplet,
  image,
  page,
  policy,
  region,
  size,
  snapshot,
  sshKey,
  tag,
  volume
} from "./Fixtures.ts"

/**
 * A request and a response that match the contract.
 *
 * @category models
 * @since 0.1.0
 */
export interface Example {
  /** the method and the path as it is declared, such as `GET /v2/images/{image_id}` */
  readonly operation: string
  /** the method, the path and the query */
  readonly request: string
  /** the JSON of the request; undefined without a body */
  readonly sent: object | undefined
  /** the status of the response */
  readonly status: number
  /** the JSON of the response; undefined without a body */
  readonly answer: object | undefined
}

const transferId = { transfer_id: 3001 }
const recipient = "f1a2c3d4-7d0a-4f65-a6a9-1c2d7a1c0b22"
const ended = action({ status: "completed", completed_at: "2026-01-01T00:02:00Z", region: region({ slug: "sfo3" }) })
const ofDroplet = { type: "snapshot", resource_id: 3164494, resource_type: "droplet", region_slug: "nyc3" }
const began = { actions: [{ id: 36805527, rel: "create", href: "https://api.digitalocean.com/v2/actions/36805527" }] }
const wanted = { size: "s-1vcpu-1gb", image: 7938291, region: "nyc3", tags: ["web"] }
const machine = droplet({ status: "new", locked: true, networks: { v4: [], v6: [] } })
const ofVolume = snapshot({
  id: "fbe805e8-866b-11e6-96bf-000f53315a41",
  resource_id: "82a48a18-873f-11e6-96bf-000f53315a41",
  resource_type: "volume"
})
const {
  min_disk_size: _,
  public: __,
  size_gigabytes: ___,
  slug: ____,
  ...started
} = image({
  type: "custom",
  status: "NEW",
  regions: []
})
const resources = { resources: [{ resource_id: "7938291", resource_type: "image" }] }

const listed = (key: string, row: { readonly id: number | string }, type: string) => {
  const { created_at, id, min_disk_size, name, regions, size_gigabytes } = image({ ...row, type })
  return page(key, [{ id, name, type, created_at, regions, min_disk_size, size_gigabytes }])
}

/** `METHOD path: example`, where it differs from the declared path the example path, and what goes both ways. */
const example = (
  operation: string,
  values: string,
  [status, answer]: readonly [status: number, answer?: object],
  sent?: object
): Example => {
  const [path = "", query] = values.split("?")
  const ids = path === "" ? [] : path.split(" ")
  const filled = operation.replace(/\{\w+\}/g, () => ids.shift() ?? "")
  return { operation, request: query === undefined ? filled : `${filled}?${query}`, sent, status, answer }
}

const pool = autoscalePool().id
const bounds = { config: { min_instances: 1, max_instances: 5, target_cpu_utilization: 0.6, cooldown_minutes: 10 } }
const wholePool = () => {
  const { config, droplet_template, name } = autoscalePool()
  return { name, config, droplet_template }
}

const uuid = "82a48a18-873f-11e6-96bf-000f53315a41"

/**
 * At least one example of every endpoint.
 *
 * @category examples
 * @since 0.1.0
 */
export const examples: ReadonlyArray<Example> = [
  example("GET /v2/images", "?private=true&page=1&per_page=1", [200, page("images", [image()], 2, 2)]),
  example("POST /v2/images", "", [202, { image: started }], {
    name: "web",
    url: "https://example.com/web.img",
    region: "nyc3",
    distribution: "Ubuntu",
    description: "",
    tags: []
  }),
  example("GET /v2/images/{image_id}", "7938291", [200, { image: image() }]),
  example("PUT /v2/images/{image_id}", "7938291", [200, { image: image({ name: "new" }) }], { name: "new" }),
  example("DELETE /v2/images/{image_id}", "7938291", [204]),
  example("GET /v2/images/{image_id}/actions", "7938291", [200, page("actions", [ended])]),
  example("POST /v2/images/{image_id}/actions", "7938291", [201, { action: action() }], {
    type: "transfer",
    region: "sfo3"
  }),
  example(
    "POST /v2/images/{image_id}/actions",
    "7938291",
    [201, { action: action({ type: "convert", region_slug: "nyc3" }) }],
    { type: "convert" }
  ),
  example("GET /v2/images/{image_id}/actions/{action_id}", "7938291 36805527", [200, { action: ended }]),
  example("POST /v2/images/{image_id}/account_transfer", "7938291", [201, transferId], {
    recipient_email: "b@example.com"
  }),
  example("POST /v2/images/{image_id}/account_transfer", "7938291", [201, { transfer_id: 0 }], {
    recipient_uuid: recipient
  }),
  example("POST /v2/images/{image_id}/account_transfer/accept", "7938291", [201], {
    ...transferId,
    recipient_uuid: recipient
  }),
  example("POST /v2/images/{image_id}/account_transfer/cancel", "7938291", [204], transferId),
  example("POST /v2/images/{image_id}/account_transfer/decline", "7938291", [204], transferId),
  example("GET /v2/actions", "?page=1&per_page=200", [200, page("actions", [action(), ended])]),
  example("GET /v2/actions/{action_id}", "36805527", [200, { action: action() }]),
  example("GET /v2/droplets", "?tag_name=web", [200, page("droplets", [droplet()])]),
  example("POST /v2/droplets", "", [202, { droplet: machine, links: began }], { name: "web-1", ...wanted }),
  example("POST /v2/droplets", "", [202, { droplets: [machine], links: began }], { names: ["web-1"], ...wanted }),
  example("DELETE /v2/droplets", "?tag_name=web", [204]),
  example("GET /v2/droplets/backups/policies", "", [
    200,
    { policies: { 3164494: policy() }, links: {}, meta: { total: 1 } }
  ]),
  example("GET /v2/droplets/backups/supported_policies", "", [
    200,
    {
      supported_policies: [
        {
          name: "daily",
          possible_window_starts: [0, 4, 8, 12, 16, 20],
          window_length_hours: 4,
          retention_period_days: 7,
          possible_days: []
        }
      ]
    }
  ]),
  example("POST /v2/droplets/actions", "?tag_name=web", [201, { actions: [action(ofDroplet)] }], { type: "snapshot" }),
  example("GET /v2/droplets/{droplet_id}", "3164494", [200, { droplet: droplet() }]),
  example("DELETE /v2/droplets/{droplet_id}", "3164494", [204]),
  example("GET /v2/droplets/{droplet_id}/backups/policy", "3164494", [200, { policy: policy() }]),
  example("GET /v2/droplets/{droplet_id}/snapshots", "3164494", [
    200,
    listed("snapshots", { id: 6372321 }, "snapshot")
  ]),
  example("GET /v2/droplets/{droplet_id}/backups", "3164494", [200, listed("backups", { id: 7 }, "backup")]),
  example("GET /v2/droplets/{droplet_id}/actions", "3164494", [200, page("actions", [action(ofDroplet)])]),
  example("POST /v2/droplets/{droplet_id}/actions", "3164494", [201, { action: action(ofDroplet) }], {
    type: "snapshot",
    name: "web"
  }),
  ...[
    { type: "restore", image: 7938291 },
    { type: "rebuild", image: "ubuntu-24-04-x64" },
    { type: "enable_backups" },
    { type: "change_backup_policy", backup_policy: { plan: "daily", hour: 4 } }
  ].map((sent) =>
    example(
      "POST /v2/droplets/{droplet_id}/actions",
      "3164494",
      [201, { action: action({ ...ofDroplet, type: sent.type }) }],
      sent
    )
  ),
  example("GET /v2/droplets/{droplet_id}/actions/{action_id}", "3164494 36805527", [
    200,
    { action: action(ofDroplet) }
  ]),
  example("GET /v2/droplets/autoscale", "?name=web", [200, page("autoscale_pools", [autoscalePool()])]),
  example("POST /v2/droplets/autoscale", "", [202, { autoscale_pool: autoscalePool() }], wholePool()),
  example("GET /v2/droplets/autoscale/{autoscale_pool_id}", pool, [200, { autoscale_pool: autoscalePool() }]),
  example("PUT /v2/droplets/autoscale/{autoscale_pool_id}", pool, [200, { autoscale_pool: autoscalePool(bounds) }], {
    ...wholePool(),
    ...bounds
  }),
  example("DELETE /v2/droplets/autoscale/{autoscale_pool_id}", pool, [202]),
  example("GET /v2/droplets/autoscale/{autoscale_pool_id}/members", pool, [200, page("droplets", [autoscaleMember()])]),
  example("GET /v2/droplets/autoscale/{autoscale_pool_id}/history", pool, [200, page("history", [autoscaleEvent()])]),
  example("GET /v2/snapshots", "?resource_type=droplet", [200, page("snapshots", [snapshot()])]),
  example("GET /v2/snapshots/{snapshot_id}", "6372321", [200, { snapshot: snapshot() }]),
  example("DELETE /v2/snapshots/{snapshot_id}", "6372321", [204]),
  example("GET /v2/volumes", "?region=nyc3", [200, page("volumes", [volume()])]),
  example("GET /v2/volumes/{volume_id}", uuid, [200, { volume: volume() }]),
  example("GET /v2/volumes/snapshots/{snapshot_id}", ofVolume.id, [200, { snapshot: ofVolume }]),
  example("DELETE /v2/volumes/snapshots/{snapshot_id}", ofVolume.id, [204]),
  example("GET /v2/volumes/{volume_id}/snapshots", uuid, [200, page("snapshots", [ofVolume])]),
  example("POST /v2/volumes/{volume_id}/snapshots", uuid, [201, { snapshot: ofVolume }], { name: "web", tags: [] }),
  example("GET /v2/tags", "", [200, page("tags", [tag()])]),
  example("POST /v2/tags", "", [201, { tag: tag() }], { name: "web" }),
  example("GET /v2/tags/{tag_id}", "web", [200, { tag: tag() }]),
  example("DELETE /v2/tags/{tag_id}", "web", [204]),
  example("POST /v2/tags/{tag_id}/resources", "web", [204], resources),
  example("DELETE /v2/tags/{tag_id}/resources", "web", [204], resources),
  example("GET /v2/regions", "", [200, page("regions", [region()])]),
  example("GET /v2/sizes", "", [200, page("sizes", [size()])]),
  example("GET /v2/account", "", [200, { account: account() }]),
  example("GET /v2/account/keys", "", [200, page("ssh_keys", [sshKey()])]),
  example("POST /v2/account/keys", "", [201, { ssh_key: sshKey() }], {
    name: sshKey().name,
    public_key: sshKey().public_key
  }),
  example("GET /v2/account/keys/{ssh_key_identifier}", String(sshKey().id), [200, { ssh_key: sshKey() }]),
  example(
    "PUT /v2/account/keys/{ssh_key_identifier}",
    String(sshKey().id),
    [200, { ssh_key: sshKey({ name: "new" }) }],
    {
      name: "new"
    }
  ),
  example("DELETE /v2/account/keys/{ssh_key_identifier}", String(sshKey().id), [204]),
  example("GET /v2/firewalls", "", [200, page("firewalls", [])]),
  example("GET /v2/droplets/{droplet_id}/firewalls", "3164494", [200, page("firewalls", [])])
]
