import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { pathToFileURL } from "node:url"
import { Audit } from "@effect-digitalocean/jobs"
import * as AuditPage from "@effect-digitalocean/jobs/AuditPage"
import { fleet, hostile, listings } from "../support/listings.ts"
import * as Chromium from "./chromium.ts"

const screens: ReadonlyArray<readonly [name: string, screen: Chromium.Screen]> = [
  ["phone-light", { width: 360, isMobile: true, scheme: "light" }],
  ["phone-dark", { width: 360, isMobile: true, scheme: "dark" }],
  ["desktop-light", { width: 1280, isMobile: false, scheme: "light" }],
  ["desktop-dark", { width: 1280, isMobile: false, scheme: "dark" }]
]

const regions = ["nyc3", "ams3"]

const pages = {
  fleet: AuditPage.html(Audit.of(fleet, { regions }), { title: "Fleet" }),
  hostile: AuditPage.html(
    Audit.of(listings({ images: hostile.map((name, i) => ({ id: i + 1, name, regions: ["nyc3", name] })) })),
    { title: hostile.join(" ") }
  ),
  empty: AuditPage.html(Audit.of(listings({})))
}

/** The folder for screenshots, which are not kept by default. */
const kept = process.env["SCREENSHOTS"]

describe("the audit's page in Chromium", { concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-page-"))
  let chromium: Awaited<ReturnType<typeof Chromium.start>>
  before(async () => {
    for (const [name, html] of Object.entries(pages)) writeFileSync(join(folder, `${name}.html`), html)
    chromium = await Chromium.start(process.env["CHROMIUM"] ?? "chromium")
  })
  after(async () => {
    await chromium.stop()
    rmSync(folder, { recursive: true })
  })
  const open = (name: string, screen: Chromium.Screen) =>
    chromium.open(pathToFileURL(join(folder, `${name}.html`)).href, screen)

  for (const name of Object.keys(pages)) {
    for (const [device, screen] of screens) {
      it(`${name} on ${device} loads nothing, violates no policy and fits the screen`, async () => {
        const page = await open(name, screen)
        const png = await page.screenshot()
        if (kept !== undefined) {
          mkdirSync(kept, { recursive: true })
          writeFileSync(join(kept, `${name}-${device}.png`), png)
        }
        assert.deepEqual(page.requests, [])
        assert.deepEqual(page.log, [])
        assert.equal(await page.evaluate("document.scrollingElement.scrollWidth"), screen.width)
        assert.ok(png.length > 5_000)
      })
    }
  }

  for (const [device, screen] of screens) {
    it(`shows its ${screen.isMobile ? "narrow" : "wide"} charts, with enough contrast, on ${device}`, async () => {
      const page = await open("fleet", screen)
      const shown = await page.evaluate<ReadonlyArray<string>>(
        "[...document.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0).map((svg) => svg.getAttribute('class'))"
      )
      assert.deepEqual(shown, Array(3).fill(screen.isMobile ? "narrow" : "wide"))
      // no label exceeds its chart
      const cut = await page.evaluate<ReadonlyArray<string>>(outside)
      assert.deepEqual(cut, [])
      for (const [what, [ink, ground], least] of await page.evaluate<ReadonlyArray<Colours>>(colours)) {
        assert.ok(contrast(ink, ground) >= least, `${what}: ${ink} on ${ground}`)
      }
    })
  }

  it("describes its charts to screen readers", async () => {
    const page = await open("fleet", screens[0]![1])
    const nodes = await page.accessible()
    const images = nodes.filter((node) => /^(image|img|graphics-document): ./i.test(node))
    assert.equal(images.length, 3, images.join("\n"))
    assert.match(
      images[0]!,
      /Monthly cost by series \$\d+\.\d\d a month for \d+ series; the most expensive is database-primary/
    )
    assert.ok(nodes.some((node) => /^columnheader: Regions/.test(node)))
    assert.ok(nodes.filter((node) => /^heading: ./.test(node)).length >= 7)
    assert.ok(nodes.some((node) => /^DisclosureTriangle: Images by age as a table/i.test(node)))
  })

  it("escapes names", async () => {
    const page = await open("hostile", screens[2]![1])
    assert.deepEqual(
      await page.evaluate("[...document.querySelectorAll('script, img, iframe, a, b, main style')].map(String)"),
      []
    )
    assert.deepEqual(
      await page.evaluate(
        "[...document.querySelectorAll('*')].flatMap((one) => [...one.attributes]).filter(({ name }) => /^on|^style$|href|src/i.test(name)).map(String)"
      ),
      []
    )
    const shown = await page.evaluate<string>("document.querySelector('section:last-child').innerText")
    assert.ok(shown.includes("<script>alert(1)</script>"))
    assert.ok(shown.includes(`"><img src=x onerror="alert(1)">`))
    assert.ok(shown.includes("&lt;b&gt; &amp; ]]> <!-- -->"))
    assert.ok(!/[\u202e\u001b\u2028]/.test(shown))
  })
})

/** The labels that exceed their visible chart. */
const outside = `[...document.querySelectorAll("svg")].flatMap((svg) => {
  const box = svg.getBoundingClientRect()
  return [...svg.querySelectorAll("text")].filter((text) => {
    const at = text.getBoundingClientRect()
    return at.width > 0 && (at.left < box.left - 1 || at.right > box.right + 1 || at.top < box.top - 1 || at.bottom > box.bottom + 1)
  }).map((text) => text.textContent)
})`

type Colours = readonly [what: string, pair: readonly [ink: string, ground: string], least: number]

const colours = `(() => {
  const ground = getComputedStyle(document.body).backgroundColor
  const of = (selector, property) => getComputedStyle(document.querySelector(selector))[property]
  return [
    ["text", [of("body", "color"), ground], 7],
    ["quiet text", [of(".quiet", "color"), ground], 4.5],
    ["quiet text of sums", [of(".sums dt", "color"), of(".sums > div", "backgroundColor")], 4.5],
    ["bars", [of("svg [aria-label=bar]", "fill"), ground], 3]
  ]
})()`

/** The contrast ratio of two colours by WCAG 2. */
const contrast = (a: string, b: string): number => {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).slice(0, 3).map((part) => {
    const share = Number(part) / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
