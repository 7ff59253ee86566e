/**
 * What each field of a result is called in a table, how its values are written there, and what becomes of its column in a
 * narrow window.
 *
 * @since 0.1.0
 */
import type * as Table from "@effect-digitalocean/jobs/Table"

/**
 * How the values of a field are written in a table.
 *
 * @since 0.1.0
 */
export type Kind = "text" | "time" | "gigabytes" | "megabytes" | "dollars" | "state"

/**
 * A column of a table.
 *
 * @since 0.1.0
 */
export interface Column extends Table.Column {
  readonly kind: Kind
  /** whether the column is not shown if no row has a value in it */
  readonly hideEmpty: boolean
}

interface Known extends Partial<Column> {
  readonly title?: string
}

/** Those that identify and decide are always shown: they have no `leaveOut`. */
const known: Readonly<Record<string, Known>> = {
  id: {},
  name: { least: 10 },
  slug: { least: 12 },
  status: { kind: "state" },
  result: { kind: "state" },
  "region.slug": { title: "region", leaveOut: 55 },
  size_slug: { title: "size", least: 8, leaveOut: 30 },
  "image.name": { title: "image", least: 10, leaveOut: 25 },
  created_at: { title: "created", kind: "time" },
  type: { leaveOut: 60 },
  regions: { least: 9, leaveOut: 50 },
  tags: { least: 8, leaveOut: 40 },
  size_gigabytes: { title: "size", kind: "gigabytes", leaveOut: 30 },
  distribution: { least: 8, leaveOut: 20 },
  min_disk_size: { title: "disk", kind: "gigabytes", leaveOut: 10 },
  started_at: { title: "started", kind: "time", leaveOut: 60 },
  completed_at: { title: "completed", kind: "time", leaveOut: 30 },
  resource_type: { title: "of", leaveOut: 20 },
  resource_id: { title: "resource", leaveOut: 40 },
  region_slug: { title: "region" },
  do: {},
  did: {},
  image_id: { title: "image", leaveOut: 80, hideEmpty: true },
  droplet_id: { title: "Droplet", leaveOut: 80, hideEmpty: true },
  new_name: { title: "new name", least: 10, leaveOut: 70, hideEmpty: true },
  region: { leaveOut: 90, hideEmpty: true },
  tag: { least: 8, leaveOut: 75, hideEmpty: true },
  action_id: { title: "action id", leaveOut: 20, hideEmpty: true },
  reason: { least: 12, leaveOut: 65, hideEmpty: true },
  requests: { leaveOut: 10 },
  error_code: { title: "error", least: 12, leaveOut: 45, hideEmpty: true },
  message: { least: 12, leaveOut: 50, hideEmpty: true },
  does: { title: "change", least: 16 },
  usd_month: { title: "a month", kind: "dollars", leaveOut: 30 },
  method: { leaveOut: 40 },
  path: { least: 12, leaveOut: 30 },
  body: { least: 12, leaveOut: 20 },
  price_monthly: { title: "a month", kind: "dollars" },
  memory: { kind: "megabytes", leaveOut: 60 },
  disk: { kind: "gigabytes" },
  vcpus: { title: "CPUs", leaveOut: 50 },
  available: { leaveOut: 40 },
  features: { least: 9, leaveOut: 20 },
  deleted: {},
  reset: { kind: "time" },
  api_url: { title: "API" },
  "team.name": { title: "team" },
  "resources.count": { title: "resources" },
  "resources.images.count": { title: "images" },
  "resources.droplets.count": { title: "Droplets", leaveOut: 40 }
}

/** Of a column that is not listed: it is left out first, and cut at a width at which a word can be recognised. */
const unknown: Known = { least: 12, leaveOut: 0 }

/**
 * A field that a table shows, and if need be another number than usual by which its column is left out.
 *
 * @since 0.1.0
 */
export type Choice = string | { readonly field: string; readonly leaveOut: number | undefined }

/**
 * The field of a choice.
 *
 * @since 0.1.0
 */
export const fieldOf = (choice: Choice): string => (typeof choice === "string" ? choice : choice.field)

/**
 * The column of a field.
 *
 * @since 0.1.0
 */
export const of = (choice: Choice): Column => {
  const field = fieldOf(choice)
  const { hideEmpty = false, kind = "text", least, leaveOut, title = titleOf(field) } = known[field] ?? unknown
  if (typeof choice === "string") return { title, kind, least, leaveOut, hideEmpty }
  return { title, kind, least, leaveOut: choice.leaveOut, hideEmpty: hideEmpty && choice.leaveOut !== undefined }
}

/**
 * What a field is called before its value: as in a table, beginning with a capital.
 *
 * @since 0.1.0
 */
export const labelOf = (field: string): string => {
  const title = of(field).title.replace(/\b(id|ip|uuid)\b/g, (word) => word.toUpperCase())
  return title.charAt(0).toUpperCase() + title.slice(1)
}

/** `min_disk_size` in words. */
const titleOf = (field: string): string => field.replace(/[._]/g, " ")
