import { Image } from "@effect-digitalocean/client"
import * as Schema from "effect/Schema"

/** An image of the account: by default an available private snapshot. */
export const image = (id: number, fields: { readonly [key: string]: unknown } = {}): Image.Image =>
  Schema.decodeUnknownSync(Image.Image)({
    id,
    name: "web",
    type: "snapshot",
    status: "available",
    regions: ["nyc3"],
    tags: [],
    size_gigabytes: 10,
    created_at: "2026-01-01T00:00:00Z",
    ...fields
  })
