import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

// the server answers a failure with the first error that can encode it, so each is told apart by its id
const error = <const Id extends string>(id: Id, status: number) =>
  Schema.Struct({ id: Schema.Literal(id), message: Schema.String, request_id: Schema.optionalKey(Schema.String) })
    .annotate({ identifier: `Error_${id}` })
    .pipe(HttpApiSchema.status(status))

/**
 * The errors an operation may answer.
 *
 * @since 0.1.0
 */
export const errors = [
  error("bad_request", 400),
  error("unauthorized", 401),
  error("forbidden", 403),
  error("not_found", 404),
  error("unprocessable_entity", 422),
  error("too_many_requests", 429),
  error("server_error", 500)
] as const

/**
 * The body of an error.
 *
 * @since 0.1.0
 */
export type ErrorBody = (typeof errors)[number]["Type"]

/** Text of a format that is told, and not checked. */
export const text = (format: "date-time" | "uuid" | "uri" | "ipv4" | "ipv6") => Schema.String.annotate({ format })

export const nullable = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/**
 * An image as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Image = Schema.Struct({
  id: Schema.Int,
  name: Schema.String,
  type: Schema.String,
  distribution: Schema.String,
  slug: nullable(Schema.String),
  public: Schema.optionalKey(Schema.Boolean),
  regions: Schema.Array(Schema.String),
  created_at: text("date-time"),
  min_disk_size: nullable(Schema.Int),
  size_gigabytes: nullable(Schema.Finite),
  description: nullable(Schema.String),
  tags: nullable(Schema.Array(Schema.String)),
  status: Schema.String,
  error_message: nullable(Schema.String)
}).annotate({ identifier: "image" })

/**
 * An image as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Image extends Schema.Schema.Type<typeof Image> {}

/**
 * A region as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Region = Schema.Struct({
  name: Schema.String,
  slug: Schema.String,
  features: Schema.Array(Schema.String),
  available: Schema.Boolean,
  sizes: Schema.Array(Schema.String)
}).annotate({ identifier: "region" })

/**
 * A region as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Region extends Schema.Schema.Type<typeof Region> {}

/**
 * An action as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Action = Schema.Struct({
  id: Schema.Int,
  status: Schema.String,
  type: Schema.String,
  started_at: text("date-time"),
  completed_at: Schema.NullOr(text("date-time")),
  resource_id: Schema.NullOr(Schema.Int),
  resource_type: Schema.String,
  region: Schema.optionalKey(Schema.NullOr(Region)),
  region_slug: nullable(Schema.String)
}).annotate({ identifier: "action" })

/**
 * An action as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Action extends Schema.Schema.Type<typeof Action> {}

const Link = Schema.optionalKey(Schema.String)

export const page = {
  links: Schema.Struct({
    pages: Schema.optionalKey(Schema.Struct({ first: Link, prev: Link, next: Link, last: Link }))
  }),
  meta: Schema.Struct({ total: Schema.Int })
}

export const pageQuery = {
  per_page: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 200 }))),
  page: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)))
}

/** A boolean of a query in any case: Python writes `True`. */
export const Truth = Schema.String.check(
  Schema.isPattern(/^(true|false)$/i, { message: 'Expected "true" | "false"' })
).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({ decode: (text) => text.toLowerCase() === "true", encode: String })
  )
)

export const ActionBody = Schema.Struct({ action: Action })
export const Actions = Schema.Struct({ actions: Schema.Array(Action), ...page })

export const TagName = Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9_:-]+$/u), Schema.isMaxLength(255))

export const id = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/**
 * A size as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Size = Schema.Struct({
  slug: Schema.String,
  memory: Schema.Int,
  vcpus: Schema.Int,
  disk: Schema.Int,
  transfer: Schema.Finite,
  price_monthly: Schema.Finite,
  price_hourly: Schema.Finite,
  regions: Schema.Array(Schema.String),
  available: Schema.Boolean,
  description: Schema.String
}).annotate({ identifier: "size" })

/**
 * A size as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Size extends Schema.Schema.Type<typeof Size> {}

const Networks = Schema.Struct({
  v4: Schema.Array(
    Schema.Struct({ ip_address: text("ipv4"), netmask: text("ipv4"), gateway: Schema.String, type: Schema.String })
  ),
  v6: Schema.Array(
    Schema.Struct({ ip_address: text("ipv6"), netmask: Schema.Int, gateway: text("ipv6"), type: Schema.String })
  )
})

/** When a Droplet is backed up next. */
export const Window = Schema.NullOr(Schema.Struct({ start: text("date-time"), end: text("date-time") }))

/**
 * A Droplet as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Droplet = Schema.Struct({
  id: Schema.Int,
  name: Schema.String,
  memory: Schema.Int,
  vcpus: Schema.Int,
  disk: Schema.Int,
  locked: Schema.Boolean,
  status: Schema.String,
  created_at: text("date-time"),
  features: Schema.Array(Schema.String),
  backup_ids: Schema.Array(Schema.Int),
  snapshot_ids: Schema.Array(Schema.Int),
  next_backup_window: Window,
  image: Image,
  volume_ids: Schema.Array(Schema.String),
  size: Size,
  size_slug: Schema.String,
  networks: Networks,
  region: Region,
  tags: Schema.Array(Schema.String),
  vpc_uuid: Schema.String
}).annotate({ identifier: "droplet" })

/**
 * A Droplet as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Droplet extends Schema.Schema.Type<typeof Droplet> {}

/**
 * A snapshot as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Snapshot = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  created_at: text("date-time"),
  regions: Schema.Array(Schema.String),
  min_disk_size: Schema.NullOr(Schema.Int),
  size_gigabytes: Schema.NullOr(Schema.Finite),
  resource_id: Schema.String,
  resource_type: Schema.String,
  tags: Schema.NullOr(Schema.Array(Schema.String))
}).annotate({ identifier: "snapshot" })

/**
 * A snapshot as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Snapshot extends Schema.Schema.Type<typeof Snapshot> {}

/**
 * A volume as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Volume = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  description: Schema.String,
  created_at: Schema.String,
  size_gigabytes: Schema.Int,
  region: Region,
  droplet_ids: Schema.NullOr(Schema.Array(Schema.Int)),
  filesystem_type: Schema.String,
  filesystem_label: Schema.String,
  tags: Schema.NullOr(Schema.Array(Schema.String))
}).annotate({ identifier: "volume" })

/**
 * A volume as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Volume extends Schema.Schema.Type<typeof Volume> {}

/**
 * An SSH key as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const SshKey = Schema.Struct({
  id: Schema.Int,
  fingerprint: Schema.String,
  public_key: Schema.String,
  name: Schema.String
}).annotate({ identifier: "ssh_key" })

/**
 * An SSH key as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface SshKey extends Schema.Schema.Type<typeof SshKey> {}

const TagCount = Schema.Struct({ count: Schema.Int, last_tagged_uri: Schema.optionalKey(Schema.String) })

/**
 * A tag as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Tag = Schema.Struct({
  name: Schema.String,
  resources: Schema.Struct({
    ...TagCount.fields,
    droplets: TagCount,
    images: TagCount,
    volumes: TagCount,
    volume_snapshots: TagCount,
    databases: TagCount
  })
}).annotate({ identifier: "tag" })

/**
 * A tag as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Tag extends Schema.Schema.Type<typeof Tag> {}
