import { createHash } from "node:crypto"
import { Audit } from "@effect-digitalocean/jobs"
import * as AuditPage from "@effect-digitalocean/jobs/AuditPage"
import { assert, describe, it } from "@effect/vitest"
import { DOMParser } from "linkedom"
import { fleet, hostile, listings } from "../support/listings.ts"

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
