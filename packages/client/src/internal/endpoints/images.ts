import * as Schema from "effect/Schema"
import * as Endpoint from "../../Endpoint.ts"
import * as Image from "../../Image.ts"
import * as Page from "../../Page.ts"
import * as Region from "../../Region.ts"
import { action, AnyAction, ofImage } from "./actions.ts"
import * as Rows from "../paging/rows.ts"
import { Name as TagName } from "../model/tagName.ts"

const image = Endpoint.envelope("image", Image.Image)

const RegionSlug = Region.Slug.check(
  Schema.makeFilter((slug: string) => slug.trim() !== "" || 'Expected a region\'s slug such as "nyc3"')
)

/** The endpoints of Images and Image Actions as data. */
export const endpoints = {
  list: Endpoint.make("Images.list", {
    method: "GET",
    path: "/v2/images",
    scopes: ["image:read"],
    docs: "Images/operation/images_list",
    query: Schema.Struct({
      type: Schema.optional(Schema.Literals(["application", "distribution"])),
      private: Schema.optional(Schema.Boolean),
      tag_name: Schema.optional(TagName),
      ...Page.query
    }),
    compressed: true,
    decode: Page.decode("images", Image.Image)
  }),
  get: Endpoint.make("Images.get", {
    method: "GET",
    path: "/v2/images/{image_id}",
    scopes: ["image:read"],
    docs: "Images/operation/images_get",
    identity: { param: "image_id", field: "id" },
    decode: image
  }),
  create: Endpoint.make("Images.create", {
    method: "POST",
    path: "/v2/images",
    scopes: ["image:create"],
    docs: "Images/operation/images_create_custom",
    body: Schema.Struct({
      name: Schema.String.check(Schema.makeFilter((name: string) => name.trim() !== "" || "Expected a name")),
      url: Schema.String.check(
        Schema.makeFilter(
          (url: string) =>
            (URL.canParse(url) && /^(https?|ftp):/.test(url)) || "Expected the URL to download the image from"
        )
      ),
      region: RegionSlug,
      distribution: Schema.optional(Image.Distribution),
      description: Schema.optional(Schema.String),
      tags: Schema.optional(Schema.Array(TagName))
    }),
    decode: image
  }),
  update: Endpoint.make("Images.update", {
    method: "PUT",
    path: "/v2/images/{image_id}",
    scopes: ["image:update"],
    docs: "Images/operation/images_update",
    identity: { param: "image_id", field: "id" },
    body: Schema.Struct({
      name: Schema.optional(Schema.String),
      description: Schema.optional(Schema.String),
      distribution: Schema.optional(Image.Distribution)
    }),
    decode: image
  }),
  delete: Endpoint.make("Images.delete", {
    method: "DELETE",
    path: "/v2/images/{image_id}",
    scopes: ["image:delete"],
    docs: "Images/operation/images_delete"
  }),
  transfer: Endpoint.make("Images.transfer", {
    method: "POST",
    path: "/v2/images/{image_id}/actions",
    scopes: ["image:update"],
    docs: "Image-Actions/operation/imageActions_post",
    body: Schema.Struct({ type: Schema.Literal("transfer"), region: RegionSlug }),
    decode: action
  }),
  convert: Endpoint.make("Images.convert", {
    method: "POST",
    path: "/v2/images/{image_id}/actions",
    scopes: ["image:update"],
    docs: "Image-Actions/operation/imageActions_post",
    body: Schema.Struct({ type: Schema.Literal("convert") }),
    decode: action
  }),
  performAction: Endpoint.make("Images.performAction", {
    method: "POST",
    path: "/v2/images/{image_id}/actions",
    scopes: ["image:update"],
    docs: "Image-Actions/operation/imageActions_post",
    body: AnyAction,
    decode: action
  }),
  actions: ofImage.list,
  action: ofImage.get
} as const

/** The list in which polls search for images by id. Invalid rows are dropped. */
export const searched = { ...endpoints.list, decode: Rows.valid("images", Image.Image) } as const
