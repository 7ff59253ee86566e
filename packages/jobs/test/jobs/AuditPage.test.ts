import { createHash } from "node:crypto"
import { Audit } from "@effect-digitalocean/jobs"
import * as AuditPage from "@effect-digitalocean/jobs/AuditPage"
import { assert, describe, it } from "@effect/vitest"
import { DOMParser } from "linkedom"
import { fleet, hostile, type image, listings } from "../support/listings.ts"

const page = AuditPage.html(Audit.of(fleet, { regions: ["nyc3", "ams3"] }), { title: "Fleet" })

const parse = (html: string) => new DOMParser().parseFromString(html, "text/html")

describe("the audit's page", () => {
  it("has one style sheet, and a policy that allows only this one", () => {
    const styles = [...page.matchAll(/<style>([^<]*)<\/style>/g)].map(([, style = ""]) => style)
    assert.strictEqual(styles.length, 1)
    assert.strictEqual(page.match(/<style/g)?.length, 1)
    const digest = createHash("sha256").update(styles[0]!).digest("base64")
    assert.strictEqual(AuditPage.styleDigest, `sha256-${digest}`)
    const policy = parse(page).querySelector("meta[http-equiv=Content-Security-Policy]")?.getAttribute("content")
    assert.strictEqual(policy, AuditPage.policy)
    assert.match(
      AuditPage.policy,
      /^default-src 'none'; style-src 'sha256-[^ ]+'; base-uri 'none'; form-action 'none'$/
    )
  })

  it("loads nothing, and has no attribute that loads something", () => {
    assert.notMatch(page, /\s(src|href|style|on\w+)=/i)
    assert.notMatch(page.replaceAll("http://www.w3.org/2000/svg", ""), /\b(https?:)?\/\//)
  })

  it("has a description and a table for each chart", () => {
    const { document } = parse(page).defaultView!
    for (const figure of document.querySelectorAll("figure")) {
      const drawings = [...figure.querySelectorAll("svg")]
      assert.deepStrictEqual(
        drawings.map((svg) => [svg.getAttribute("role"), svg.getAttribute("class")]),
        [
          ["img", "wide"],
          ["img", "narrow"]
        ]
      )
      for (const svg of drawings) {
        for (const id of svg.getAttribute("aria-labelledby")!.split(" ")) {
          assert.isAbove(svg.querySelector(`#${id}`)!.textContent.length, 0, id)
        }
      }
      assert.isAbove(figure.querySelectorAll("details table tbody tr").length, 0)
    }
    assert.strictEqual(document.querySelectorAll("figure").length, 3)
  })

  it("contains tables of the orphans, the duplicates and all images", () => {
    const { document } = parse(page).defaultView!
    const tables = [...document.querySelectorAll("section > .scroll table")]
    const rows = tables.map((table) => table.querySelectorAll("tbody tr").length)
    assert.deepStrictEqual(rows, [1, 1, 1, 20])
  })

  it("contains only a sentence for an empty account", () => {
    const { document } = parse(AuditPage.html(Audit.of(listings({})))).defaultView!
    assert.strictEqual(document.querySelector("main")?.textContent.trim(), "There are no images.")
  })

  it("draws the first of many series and images, with their number", () => {
    const many = Array.from({ length: 70 }, (_, i) => ({
      id: i + 1,
      name: `${"abcdefghijklmnopqrst"[i % 20]}-${i}`,
      size_gigabytes: 10
    }))
    const html = AuditPage.html(Audit.of(listings({ images: many })))
    const notes = [...parse(html).querySelectorAll("section > p.quiet")].map(({ textContent }) => textContent)
    assert.strictEqual(notes[0], "The 15 most expensive of 20 series; the others cost $9.00 in total.")
    assert.match(notes[1] ?? "", /^● in the region. The first 60 of 70 images. The table of all images below/)
    assert.strictEqual(parse(html).querySelectorAll("svg.wide [aria-label=bar] rect").length, 15 + 5)
    assert.strictEqual(parse(html).querySelectorAll("section:last-child tbody tr").length, 70)
  })

  it("has no note about the cost if all series are drawn", () => {
    const all = Array.from({ length: 15 }, (_, i) => ({ id: i + 1, name: `${"abcdefghijklmno"[i]}-image` }))
    const html = AuditPage.html(Audit.of(listings({ images: all })))
    const [cost] = parse(html).querySelectorAll("section")
    assert.isNull(cost!.querySelector("p.quiet"))
  })

  it("shows which listings failed, and which orphans are therefore unavailable", () => {
    const findings = Audit.of(fleet)
    const unavailable = { _tag: "Unavailable", operation: "Droplets.list", problem: "HTTP 403: <b>no</b>" } as const
    const html = AuditPage.html({
      ...findings,
      orphans: { ...findings.orphans, droplet: unavailable },
      failedListings: [unavailable]
    })
    const notes = [...parse(html).querySelectorAll(".warn")].map(({ textContent }) => textContent)
    assert.deepStrictEqual(notes, [
      "Incomplete: Droplets.list failed: HTTP 403: <b>no</b>",
      "Those of Droplets are unavailable: Droplets.list failed: HTTP 403: <b>no</b>"
    ])
  })

  for (const name of hostile) {
    it(`holds ${JSON.stringify(name.slice(0, 40))} as text, wherever it comes from`, () => {
      const plain = AuditPage.html(Audit.of(listings({ images: [{ id: 1, name: "plain", regions: ["plain"] }] })))
      const html = AuditPage.html(Audit.of(listings({ images: [{ id: 1, name, regions: [name] }] })), { title: name })
      const shape = (html: string) =>
        [...parse(html).querySelectorAll("*")].map(
          (one) => `${one.tagName} ${one.getAttributeNames().sort().join(" ")}`
        )
      assert.deepStrictEqual(shape(html), shape(plain))
      assert.notMatch(html.replaceAll("\n", ""), /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028]/u)
    })
  }
})

/** The wide drawings of the audit's page: cost, age and regions. */
const drawingsOf = (
  images: ReadonlyArray<Parameters<typeof image>[0]>,
  options: Audit.Options = {},
  screen = "wide"
) => [...parse(AuditPage.html(Audit.of(listings({ images }), options))).querySelectorAll(`svg.${screen}`)]

const textsOf = (parent: Element, selector: string) =>
  [...parent.querySelectorAll(selector)].map(({ textContent }) => textContent)

describe("a chart", () => {
  const images = [
    { id: 1, name: "db", size_gigabytes: 30, regions: ["nyc3"] },
    { id: 2, name: "web", regions: ["nyc3", "ams3"] }
  ]
  const descriptions = (options?: Audit.Options) =>
    drawingsOf(images, options).map((svg) => textsOf(svg, ":scope > desc").join())

  it("has a title, and a description with its numbers", () => {
    assert.deepStrictEqual(
      drawingsOf(images).map((svg) => textsOf(svg, ":scope > title").join()),
      ["Monthly cost by series", "Images by age", "Images by region"]
    )
    assert.deepStrictEqual(descriptions(), [
      "$2.40 a month for 2 series; the most expensive is db at $1.80",
      "up to a week: 0, up to a month: 2, up to 3 months: 0, up to a year: 0, over a year: 0",
      "2 images in 2 regions"
    ])
    assert.strictEqual(
      descriptions({ regions: ["ams3", "sfo3"] })[2],
      "2 images in 3 regions; 3 copies are missing where they are wanted"
    )
  })

  it("has a mark for each region of an image, and another one where it is missing", () => {
    const matrix = drawingsOf(images, { regions: ["ams3"] })[2]!
    assert.deepStrictEqual(textsOf(matrix, "[fill='var(--mark)'] title"), [
      "db is in nyc3",
      "web is in nyc3",
      "web is in ams3"
    ])
    assert.deepStrictEqual(textsOf(matrix, "[stroke='var(--warn)'] title"), ["db is missing in ams3"])
  })

  it("cuts the middle of a label that is longer than 40 columns, or 20 on a narrow screen", () => {
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    const names = [letters.slice(0, 41), letters.slice(0, 40), letters.slice(0, 20), ""]
    const rows = names.map((name, i) => ({ id: i + 1, name }))
    const labels = (screen: string) =>
      textsOf(drawingsOf(rows, {}, screen)[2]!, "[aria-label='y-axis tick label'] text")
    assert.sameMembers(labels("wide"), [
      "abcdefghijklmnopqrs…vwxyzABCDEFGHIJKLMNO",
      letters.slice(0, 40),
      letters.slice(0, 20),
      "4"
    ])
    assert.sameMembers(labels("narrow"), ["abcdefghi…FGHIJKLMNO", "abcdefghi…EFGHIJKLMN", letters.slice(0, 20), "4"])
  })
})
