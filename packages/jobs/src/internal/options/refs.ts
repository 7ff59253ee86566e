import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Image from "@effect-digitalocean/client/Image"
import * as Region from "@effect-digitalocean/client/Region"
import * as Schema from "effect/Schema"

/** Schema for an image of an option: its id, or the image. */
export const ImageRef = Schema.Union([Schema.Number, Image.Image])

/** Schema for a region of an option: its slug, or the region. */
export const RegionRef = Schema.Union([Region.Slug, Region.Region])

/** Schema for a Droplet of an option: its id, or the Droplet. */
export const DropletRef = Schema.Union([Schema.Number, Droplet.Droplet])
