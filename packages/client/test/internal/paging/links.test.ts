import { assert, describe, it } from "@effect/vitest"
import * as Links from "../../../src/internal/paging/links.ts"

const next = (link: unknown) => Links.next({ pages: { next: link } })

describe("next", () => {
  for (const links of [undefined, null, {}, { pages: null }, { pages: {} }, { pages: { next: null } }, "nonsense"]) {
    it(`is null for ${JSON.stringify(links)}`, () => assert.isNull(Links.next(links)))
  }

  for (const [link, page] of [
    ["https://api.digitalocean.com/v2/images?page=2&per_page=1", 2],
    ["http://api.digitalocean.com/v2/images?per_page=1&page=17", 17],
    ["/v2/images?page=3", 3]
  ] as const) {
    it(`reads the page of ${link}`, () => assert.strictEqual(next(link), page))
  }

  for (const link of [
    "https://api.digitalocean.com/v2/images",
    "https://api.digitalocean.com/v2/images?page=",
    "https://api.digitalocean.com/v2/images?page=0",
    "https://api.digitalocean.com/v2/images?page=-1",
    "https://api.digitalocean.com/v2/images?page=2?page=3",
    "https://api.digitalocean.com/v2/images?page=2&page=3",
    "http://",
    7,
    {}
  ]) {
    it(`finds no page in ${JSON.stringify(link)}`, () => assert.isUndefined(next(link)))
  }

  for (const [link, base, page] of [
    ["https://api.digitalocean.com/v2/images?page=2", "https://proxy.example/do", 2],
    ["https://proxy.example/v2/images?page=2", "https://proxy.example/do", 2],
    ["?page=2", "https://proxy.example/do", 2],
    ["http://127.0.0.1:8080/v2/images?page=2", "http://localhost:9000", 2],
    ["http://127.0.0.1:8080/v2/images?page=2", "https://api.digitalocean.com", undefined],
    ["https://elsewhere.example/v2/images?page=2", "https://api.digitalocean.com", undefined],
    ["https://api.digitalocean.com.example/v2/images?page=2", "https://api.digitalocean.com", undefined],
    ["https://api.digitalocean.com@elsewhere.example/v2/images?page=2", "https://api.digitalocean.com", undefined],
    ["//elsewhere.example/v2/images?page=2", "https://api.digitalocean.com", undefined]
  ] as const) {
    it(`${page === undefined ? "does not believe" : "reads"} ${link}, asked of ${base}`, () =>
      assert.strictEqual(Links.next({ pages: { next: link } }, base), page))
  }
})
