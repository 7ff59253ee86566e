import { describe } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import type * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Images from "../../src/Images.ts"
import { action, image, page } from "../support/recorded.ts"
import { rejectsInput, sendsRequests } from "../support/wire.ts"

const api = "https://api.digitalocean.com/v2"
const imageBody = RecordingClient.json({ image: image() })
const actionBody = RecordingClient.json({ action: action() }, 201)
const imagePage = RecordingClient.json(page("images", [image()]))
const actionPage = RecordingClient.json(page("actions", [action({ status: "completed" })]))
const nothing = RecordingClient.empty(204)

const images = <A, E>(f: (images: Images.Images["Service"]) => Effect.Effect<A, E>) => Images.Images.use(f)

const sfo3 = { slug: "sfo3", name: "San Francisco 3", available: true, features: [], sizes: [] }

describe("Images", () => {
  sendsRequests([
    ["list", images((i) => Stream.runCollect(i.list())), imagePage, `GET ${api}/images?page=1&per_page=200`],
    [
      "list with every filter",
      images((i) => Stream.runCollect(i.list({ type: "application", private: true, tag_name: "a:b", per_page: 5 }))),
      imagePage,
      `GET ${api}/images?type=application&private=true&tag_name=a%3Ab&page=1&per_page=5`
    ],
    [
      "list of images that are not private",
      images((i) => i.listPage({ private: false })),
      imagePage,
      `GET ${api}/images?private=false`
    ],
    [
      "list with an undefined page size",
      images((i) => Stream.runCollect(i.list({ per_page: undefined }))),
      imagePage,
      `GET ${api}/images?page=1&per_page=200`
    ],
    ["listPage", images((i) => i.listPage({ page: 3, per_page: 7 })), imagePage, `GET ${api}/images?page=3&per_page=7`],
    ["get by id", images((i) => i.get(7938291)), imageBody, `GET ${api}/images/7938291`],
    ["get by slug", images((i) => i.get("ubuntu-24-04-x64")), imageBody, `GET ${api}/images/ubuntu-24-04-x64`],
    ["get by an odd slug", images((i) => i.get("a/b c")), imageBody, `GET ${api}/images/a%2Fb%20c`],
    [
      "create",
      images((i) => i.create({ name: "flatcar", url: "https://example.com/f.img.gz", region: "nyc3" })),
      RecordingClient.json({ image: { id: 1, created_at: "2026-01-01T00:00:00Z", status: "NEW" } }, 202),
      `POST ${api}/images {"name":"flatcar","url":"https://example.com/f.img.gz","region":"nyc3"}`
    ],
    [
      "create with everything",
      images((i) =>
        i.create({
          name: "ünï",
          url: new URL("https://example.com/f.img"),
          region: sfo3,
          distribution: "Debian",
          description: "",
          tags: ["a", "b"]
        })
      ),
      imageBody,
      `POST ${api}/images {"name":"ünï","url":"https://example.com/f.img","region":"sfo3","distribution":"Debian","description":"","tags":["a","b"]}`
    ],
    [
      "update a name",
      images((i) => i.update(7938291, { name: "new" })),
      imageBody,
      `PUT ${api}/images/7938291 {"name":"new"}`
    ],
    [
      "update to an empty description",
      images((i) => i.update(7938291, { description: "", name: undefined })),
      imageBody,
      `PUT ${api}/images/7938291 {"description":""}`
    ],
    [
      "update everything",
      images((i) => i.update(7938291, { name: "n", description: "d", distribution: "Debian" })),
      imageBody,
      `PUT ${api}/images/7938291 {"name":"n","description":"d","distribution":"Debian"}`
    ],
    ["delete", images((i) => i.delete(7938291)), nothing, `DELETE ${api}/images/7938291`],
    [
      "transfer",
      images((i) => i.transfer(7938291, "sfo3")),
      actionBody,
      `POST ${api}/images/7938291/actions {"type":"transfer","region":"sfo3"}`
    ],
    [
      "transfer to a Region",
      images((i) => i.transfer(7938291, sfo3)),
      actionBody,
      `POST ${api}/images/7938291/actions {"type":"transfer","region":"sfo3"}`
    ],
    ["convert", images((i) => i.convert(7938291)), actionBody, `POST ${api}/images/7938291/actions {"type":"convert"}`],
    [
      "performAction",
      images((i) => i.performAction(7938291, "polish", { grade: 3, type: "ignored" })),
      actionBody,
      `POST ${api}/images/7938291/actions {"type":"polish","grade":3}`
    ],
    [
      "actions",
      images((i) => Stream.runCollect(i.actions(7938291))),
      actionPage,
      `GET ${api}/images/7938291/actions?page=1&per_page=200`
    ],
    ["action", images((i) => i.action(7938291, 36805527)), actionBody, `GET ${api}/images/7938291/actions/36805527`],
    [
      "currentAction",
      images((i) => i.currentAction(7938291)),
      actionPage,
      `GET ${api}/images/7938291/actions?page=1&per_page=200`
    ]
  ])

  rejectsInput([
    ["page 0", images((i) => i.listPage({ page: 0 })), "page"],
    ["page 1.5", images((i) => i.listPage({ page: 1.5 })), "page"],
    ["per_page 0", images((i) => i.listPage({ per_page: 0 })), "per_page"],
    ["per_page 201", images((i) => Stream.runCollect(i.list({ per_page: 201 }))), "per_page"],
    ["a tag with a blank", images((i) => i.listPage({ tag_name: "a b" })), "tag_name"],
    ["an empty tag", images((i) => i.listPage({ tag_name: "" })), "tag_name"],
    ["a tag of 256 characters", images((i) => i.listPage({ tag_name: "a".repeat(256) })), "tag_name"],
    ["an unknown type filter", images((i) => i.listPage({ type: "user" as never })), "type"],
    ["an empty slug", images((i) => i.get("")), "image_id"],
    ["a dotted slug", images((i) => i.get("..")), "image_id"],
    ["a numeric slug", images((i) => i.get("7938291")), "image_id"],
    ["id 0", images((i) => i.get(0)), "image_id"],
    ["a negative id", images((i) => i.delete(-7)), "image_id"],
    ["a fraction as id", images((i) => i.convert(1.5)), "image_id"],
    ["an id beyond 2^53-1", images((i) => i.update(2 ** 53, { name: "x" })), "image_id"],
    ["NaN as id", images((i) => i.transfer(Number.NaN, "sfo3")), "image_id"],
    ["an image whose id is not a number", images((i) => i.get({ ...image(), id: "7" } as never)), "image_id"],
    ["null as image", images((i) => i.get(null as never)), "image_id"],
    ["an action id 0", images((i) => i.action(7, 0)), "action_id"],
    ["null as region", images((i) => i.transfer(7, null as never)), "region"],
    ["an empty region", images((i) => i.transfer(7, "")), "region"],
    [
      "an empty name of a new image",
      images((i) => i.create({ name: "", url: "https://a.example", region: "nyc3" })),
      "name"
    ],
    ["an invalid URL", images((i) => i.create({ name: "n", url: "a.img", region: "nyc3" })), "url"],
    [
      "a bad tag of a new image",
      images((i) => i.create({ name: "n", url: "https://a.example", region: "nyc3", tags: ["ok", "not ok"] })),
      "tags[1]"
    ],
    [
      "a blank name of a new image",
      images((i) => i.create({ name: " ", url: "https://a.example", region: "nyc3" })),
      "name"
    ],
    [
      "a URL that is not HTTP or HTTPS",
      images((i) => i.create({ name: "n", url: "javascript:1", region: "nyc3" })),
      "url"
    ],
    ["an update of an unknown field", images((i) => i.update(7, { nam: "x" } as never)), "changes"],
    ["an update of nothing", images((i) => i.update(7, {})), "changes"],
    ["an empty action type", images((i) => i.performAction(7, "")), "type"]
  ])
})
