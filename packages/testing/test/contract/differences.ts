/** One or several facts that our declaration states differently from DigitalOcean's specification, and why. */
export interface Intended {
  readonly why: string
  readonly fact: string
  /** absent when only the specification states it */
  readonly ours?: string
  /** absent when only we state it */
  readonly theirs?: string
  /** the places: a parameter, the body, a status, or a place in one of the models */
  readonly at: ReadonlyArray<string>
  /** by default every operation that has the place */
  readonly operations?: ReadonlyArray<string>
  readonly except?: ReadonlyArray<string>
}

const onlyOurs = { fact: "there", ours: "yes" } as const
const onlyTheirs = { fact: "there", theirs: "yes" } as const
const alwaysThere = { fact: "required", ours: "yes", theirs: "no" } as const

const regions = "ams1, ams2, ams3, blr1, fra1, lon1, nyc1, nyc2, nyc3, sfo1, sfo2, sfo3, sgp1, syd1, tor1"
const poolRegions = "ams2, ams3, blr1, fra1, lon1, nyc1, nyc2, nyc3, sfo1, sfo2, sfo3, sgp1, syd1, tor1"
const distributions =
  "Arch Linux, CentOS, CoreOS, Debian, Fedora, Fedora Atomic, FreeBSD, Gentoo, RancherOS, Rocky Linux, Ubuntu, Unknown, openSUSE"
const tagName = "^[a-zA-Z0-9_:-]+$"
const hostname = "^[a-zA-Z0-9]?[a-z0-9A-Z.\\-]*[a-z0-9A-Z]$"

const of = (parent: string, names: string) => names.split(" ").map((name) => `${parent}.${name}`)

const imageAction = ["POST /v2/images/{image_id}/actions", "GET /v2/images/{image_id}/actions/{action_id}"]
const [beginImageAction = "", getImageAction = ""] = imageAction
const actionFields = "id status type started_at completed_at resource_id resource_type region region_slug"

const enveloped =
  "DigitalOcean answers `{ action }`, as the specification's own examples do; its schema has the action bare."
const misspelt = "The specification misspells `images`, which its own example has."
const something = "A tag without a name is refused, and so is tagging nothing."
const regionsLack =
  "The listed regions lack atl1 and ric1, which are real: the account refuses a region it does not have with 422."
const tomorrow = "An account can hold values that DigitalOcean adds tomorrow, so that clients are tried with them."
const given = "The specification requires next to nothing of an answer; the account always gives it."

/** What names no resource is never not found. */
const neverMissing = [
  ...[
    "images",
    "actions",
    "droplets",
    "droplets/autoscale",
    "snapshots",
    "volumes",
    "tags",
    "regions",
    "sizes",
    "account",
    "account/keys"
  ].map((path) => `GET /v2/${path}`),
  ...["images", "droplets", "droplets/autoscale", "tags", "droplets/actions", "account/keys"].map(
    (path) => `POST /v2/${path}`
  )
]

/** What the specification itself lets be refused with 400. */
const refusable = [
  ...["", "/accept", "/cancel", "/decline"].map((step) => `POST /v2/images/{image_id}/account_transfer${step}`),
  "GET /v2/snapshots/{snapshot_id}",
  "DELETE /v2/snapshots/{snapshot_id}",
  "POST /v2/volumes/{volume_id}/snapshots"
]

/** Each way in which our declaration is meant to differ from DigitalOcean's specification. */
export const intended: ReadonlyArray<Intended> = [
  // statuses and errors
  {
    why: "The account answers no status that is not declared.",
    ...onlyTheirs,
    at: ["default"]
  },
  {
    why: "The specification names no 403 and no 422, and DigitalOcean answers both: a scope that lacks, a request that cannot be done.",
    ...onlyOurs,
    at: ["403", "422"]
  },
  {
    why: "A request that breaks the contract is 400 with what was wrong, whatever it asks for.",
    ...onlyOurs,
    at: ["400"],
    except: [...refusable, "POST /v2/tags"]
  },
  {
    why: "One list of errors serves every operation, so those that name no resource declare a 404 they never answer.",
    ...onlyOurs,
    at: ["404"],
    operations: neverMissing
  },
  ...(
    [
      ["400", "bad_request", { operations: refusable }],
      ["401", "unauthorized", {}],
      ["404", "not_found", { except: neverMissing }],
      ["429", "too_many_requests", {}],
      ["500", "server_error", {}]
    ] as const
  ).map(
    ([status, id, where]): Intended => ({
      why: "The account's errors are distinguished by their id, one for each status.",
      fact: "enum",
      ours: id,
      at: [`${status}.id`],
      ...where
    })
  ),
  {
    why: "The specification still names the two scopes that were for everything beside the one for volumes.",
    fact: "scopes",
    ours: "block_storage:read",
    theirs: "api:read, api:write, block_storage:read",
    at: ["token"],
    operations: ["GET /v2/volumes"]
  },
  // where the specification is wrong about the wire
  {
    why: enveloped,
    ...onlyOurs,
    at: ["201.action"],
    operations: [beginImageAction]
  },
  {
    why: enveloped,
    ...onlyOurs,
    at: ["200.action"],
    operations: [getImageAction]
  },
  {
    why: enveloped,
    ...onlyTheirs,
    at: of("201", actionFields),
    operations: [beginImageAction]
  },
  {
    why: enveloped,
    ...onlyTheirs,
    at: of("200", actionFields),
    operations: [getImageAction]
  },
  {
    why: misspelt,
    ...onlyOurs,
    at: ["tag.resources.images"]
  },
  {
    why: misspelt,
    ...onlyTheirs,
    at: ["tag.resources.imgages"]
  },
  {
    why: "Undocumented, but the specification's own example of this listing asks for a page.",
    ...onlyOurs,
    at: ["query page", "query per_page"],
    operations: ["GET /v2/images/{image_id}/actions"]
  },
  {
    why: "Seen as null in bodies of DigitalOcean.",
    fact: "type",
    ours: "string or null",
    theirs: "string",
    at: ["image.description", "image.error_message"]
  },
  {
    why: "An action that is of no region has none.",
    fact: "type",
    ours: "object or null",
    theirs: "object",
    at: ["region"],
    operations: [
      "GET /v2/images/{image_id}/actions",
      "GET /v2/actions",
      "GET /v2/actions/{action_id}",
      "POST /v2/droplets/actions",
      "GET /v2/droplets/{droplet_id}/actions",
      "POST /v2/droplets/{droplet_id}/actions",
      "GET /v2/droplets/{droplet_id}/actions/{action_id}"
    ]
  },
  ...["min_disk_size", "size_gigabytes"].map((name): Intended => {
    const type = name === "min_disk_size" ? "integer" : "number"
    return {
      why: "A snapshot and a backup are images, and an image may have none.",
      fact: "type",
      ours: `${type} or null`,
      theirs: type,
      at: [`snapshot.${name}`, `200.snapshots[].${name}`, `200.backups[].${name}`]
    }
  }),
  // what a request may hold
  {
    why: "Every integer in a path is text.",
    fact: "type",
    ours: "string",
    theirs: "integer or string",
    at: ["path snapshot_id"],
    except: ["GET /v2/volumes/snapshots/{snapshot_id}", "DELETE /v2/volumes/snapshots/{snapshot_id}"]
  },
  {
    why: "Without a tag no Droplet is meant.",
    ...alwaysThere,
    at: ["query tag_name"],
    operations: ["POST /v2/droplets/actions"]
  },
  {
    why: "Without a body there is nothing to do.",
    ...alwaysThere,
    at: ["body"],
    operations: [
      "POST /v2/images/{image_id}/actions",
      "POST /v2/droplets",
      "POST /v2/droplets/actions",
      "POST /v2/droplets/{droplet_id}/actions",
      "POST /v2/droplets/autoscale",
      "PUT /v2/droplets/autoscale/{autoscale_pool_id}"
    ]
  },
  {
    why: "The action is nothing without it, and DigitalOcean refuses it.",
    ...alwaysThere,
    at: [
      "body (type: rebuild).image",
      "body (type: restore).image",
      "body (type: rename).name",
      "body (type: resize).size"
    ]
  },
  {
    why: something,
    ...alwaysThere,
    at: ["body.name"],
    operations: ["POST /v2/tags"]
  },
  {
    why: something,
    ...alwaysThere,
    at: ["body.resources[].resource_id", "body.resources[].resource_type"]
  },
  {
    why: regionsLack,
    fact: "enum",
    theirs: regions,
    at: ["body.region"],
    operations: ["POST /v2/images"]
  },
  {
    why: regionsLack,
    fact: "enum",
    theirs: regions,
    at: ["body (type: transfer).region"]
  },
  {
    why: regionsLack,
    fact: "enum",
    theirs: regions,
    at: ["query region"]
  },
  {
    why: regionsLack,
    fact: "enum",
    theirs: poolRegions,
    at: ["body.droplet_template.region", "autoscale_pool.droplet_template.region"]
  },
  {
    why: "The specification's own text has any other value accepted, and read as Unknown.",
    fact: "enum",
    theirs: distributions,
    at: ["body.distribution"]
  },
  ...[
    ["pattern", hostname],
    ["maxLength", "255"]
  ].map(
    ([fact = "", theirs = ""]): Intended => ({
      why: "DigitalOcean refuses a wrong hostname with 422 and its own words, and so does the account.",
      fact,
      theirs,
      at: ["body (image, name, size).name", "body (image, names, size).names[]"]
    })
  ),
  ...[
    ["pattern", tagName],
    ["maxLength", "255"]
  ].map(
    ([fact = "", ours = ""]): Intended => ({
      why: "A tag's name has its limits wherever it is given.",
      fact,
      ours,
      at: ["body.tags[]", "body (image, name, size).tags[]", "body (image, names, size).tags[]"]
    })
  ),
  // what the account does not have
  {
    why: "Kernels are of Droplets from before 2017; the account has none.",
    ...onlyTheirs,
    at: ["body (type: change_kernel)"],
    operations: ["POST /v2/droplets/{droplet_id}/actions"]
  },
  {
    why: "No image depends on it.",
    ...onlyTheirs,
    at: ["droplet.disk_info", "droplet.gpu_info", "droplet.kernel", "size.disk_info", "size.gpu_info"]
  },
  {
    why: "The account has no firewalls, so that their list is empty.",
    ...onlyTheirs,
    at: of(
      "200.firewalls[]",
      "id status created_at pending_changes name droplet_ids tags inbound_rules outbound_rules"
    ),
    operations: ["GET /v2/droplets/{droplet_id}/firewalls"]
  },
  {
    why: "The account has no firewalls, so that their list is empty.",
    fact: "type",
    theirs: "object",
    at: ["200.firewalls[]"],
    operations: ["GET /v2/droplets/{droplet_id}/firewalls"]
  },
  // what an answer is not held to: a test may put in what DigitalOcean adds tomorrow
  ...(
    [
      ["image.regions[]", regions],
      ["image.distribution", distributions],
      ["image.status", "NEW, available, deleted, pending, retired"],
      ["image.type", "admin, backup, base, custom, snapshot"],
      ["droplet.status", "active, archive, new, off"],
      ["droplet.networks.v4[].type", "private, public"],
      ["droplet.networks.v6[].type", "public"],
      ["snapshot.resource_type", "droplet, volume"],
      ["200.snapshots[].type", "backup, snapshot"],
      ["200.backups[].type", "backup, snapshot"],
      ["200.account.status", "active, locked, warning"],
      ["autoscale_pool.status", "active, deleting, error"],
      ["200.droplets[].health_status", "healthy, unhealthy"],
      ["200.droplets[].status", "active, deleting, off, provisioning"],
      ["200.history[].reason", "CONFIGURATION_CHANGE, SCALE_DOWN, SCALE_UP"],
      ["200.history[].status", "error, in_progress, success"]
    ] as const
  ).map(
    ([at, theirs]): Intended => ({
      why: tomorrow,
      fact: "enum",
      theirs,
      at: [at]
    })
  ),
  {
    why: tomorrow,
    fact: "enum",
    theirs: "completed, errored, in-progress",
    at: ["action.status"],
    except: imageAction
  },
  ...(
    [
      ["minimum", "0", ["image.min_disk_size"]],
      ["minimum", "8", ["size.memory"]],
      [
        "minimum",
        "0",
        ["", ".databases", ".droplets", ".volume_snapshots", ".volumes"].map((of) => `tag.resources${of}.count`)
      ],
      ["pattern", tagName, ["tag.name"]],
      ["maxLength", "255", ["tag.name"]]
    ] as const
  ).map(
    ([fact, theirs, at]): Intended => ({
      why: "True of what the account holds, and not checked again on the way out.",
      fact,
      theirs,
      at
    })
  ),
  // what an answer always has
  {
    why: given,
    ...alwaysThere,
    at: [
      ...of("image", "id name type distribution regions created_at status"),
      ...of("tag", "name resources resources.count"),
      ...of("volume", "id name description created_at size_gigabytes region droplet_ids tags"),
      ...of("volume", "filesystem_type filesystem_label"),
      ...["databases", "droplets", "volume_snapshots", "volumes"].flatMap((kind) =>
        of("tag.resources", `${kind} ${kind}.count`)
      ),
      ...of("droplet", "vpc_uuid next_backup_window.start next_backup_window.end networks.v4 networks.v6"),
      ...of("droplet.networks.v4[]", "ip_address netmask gateway type"),
      ...of("droplet.networks.v6[]", "ip_address netmask gateway type"),
      ...of("200", "account account.name account.team account.team.uuid account.team.name"),
      ...of("200", "actions backups droplet droplets links policies policy snapshot supported_policies tag tags"),
      ...of("200.supported_policies[]", "name possible_window_starts possible_days"),
      ...of("200.supported_policies[]", "window_length_hours retention_period_days"),
      ...["200.policy", "200.policies.*"].flatMap((policy) => [
        ...of(policy, "droplet_id backup_enabled next_backup_window.start next_backup_window.end"),
        ...of(`${policy}.backup_policy`, "plan window_length_hours retention_period_days")
      ]),
      ...of("200", "volume firewalls ssh_keys ssh_key"),
      ...of("201", "actions snapshot ssh_key tag transfer_id"),
      ...of("ssh_key", "id fingerprint"),
      ...of("200", "autoscale_pools autoscale_pool history"),
      ...of("autoscale_pool.current_utilization", "memory cpu"),
      ...of("200.droplets[].current_utilization", "memory cpu"),
      "202.autoscale_pool",
      "202.image",
      ...["202 (droplet, links).links", "202 (droplets, links).links"].flatMap((links) =>
        of(links, "actions actions[].id actions[].rel actions[].href")
      )
    ]
  },
  {
    why: given,
    ...alwaysThere,
    at: ["200.snapshots"]
  },
  {
    why: given,
    ...alwaysThere,
    at: [
      "200.action",
      "201.action",
      ...of("action", "id status type started_at completed_at resource_id resource_type")
    ],
    except: imageAction
  }
]
