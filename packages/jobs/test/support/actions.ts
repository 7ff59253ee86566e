import { Action, Droplet } from "@effect-digitalocean/client"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

type Fields = { readonly [key: string]: unknown }

/** When the states of these tests were read. */
export const now = DateTime.makeUnsafe("2026-11-25T12:00:00Z")

/** The time a number of minutes before. */
export const ago = (minutes: number) => DateTime.formatIso(DateTime.subtract(now, { minutes }))

/** A completed transfer to sfo3, started two hours ago, by default. */
export const action = (id: number, fields: Fields = {}): Action.Action =>
  Schema.decodeUnknownSync(Action.Action)({
    id,
    type: "transfer",
    status: "completed",
    started_at: ago(120),
    completed_at: ago(119),
    resource_id: 7,
    resource_type: "image",
    region_slug: "sfo3",
    ...fields
  })

/** An action that is in progress. */
export const inProgress = (id: number, fields: Fields = {}): Action.Action =>
  action(id, { status: "in-progress", started_at: ago(1), completed_at: null, ...fields })

/** A Droplet that is on. */
export const droplet = (fields: Fields = {}): Droplet.Droplet =>
  Schema.decodeUnknownSync(Droplet.Droplet)({
    id: 9,
    name: "web-01",
    status: "active",
    created_at: "2026-01-01T00:00:00Z",
    ...fields
  })
