import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"
import type { Report, Row } from "./model.ts"
import * as Text from "../../Text.ts"

/** A picture: what it is called, what it shows in a sentence, and itself for a wide and for a narrow screen. */
export interface Chart {
  readonly title: string
  readonly description: string
  /** what is to be read before it */
  readonly note: string
  readonly svg: string
}

/** How wide pictures are drawn, in pixels: a page shows the one that fits. */
const widths = { wide: 860, narrow: 340 } as const

type Screen = keyof typeof widths

/** The dearest series; what the others cost would make their bars too short to see, and is told in words. */
export const cost = ({ series, total }: Report): Chart => {
  const shown = series.slice(0, 15)
  const others = series.slice(shown.length).reduce((sum, { total }) => sum + total.usd, 0)
  const bars = shown.map(({ series, total }) => ({ label: series, value: total.usd }))
  const [dearest] = series
  const top = dearest === undefined ? "" : `; the dearest is ${dearest.series} at ${dollars(dearest.total.usd)}`
  return barChart("cost", bars, dollars, {
    title: "Monthly cost by series",
    description: `${dollars(total.usd)} a month for ${series.length} series${top}`,
    note:
      shown.length < series.length
        ? `The ${shown.length} dearest of ${series.length} series; the others cost ${dollars(others)} together.`
        : ""
  })
}

/** How many images are how old. */
export const age = ({ ages }: Report): Chart =>
  barChart(
    "age",
    ages.map(({ label, total }) => ({ label, value: total.count })),
    String,
    {
      title: "Images by age",
      description: ages.map(({ label, total }) => `${label}: ${total.count}`).join(", "),
      note: ""
    }
  )

/** How many images the matrix shows at the most. */
const rowsOfMatrix = 60

/** Which image is in which region, and where one is missing. */
export const matrix = ({ images, regions }: Report): Chart => {
  const shown = images.slice(0, rowsOfMatrix)
  const columns = regions.map(({ region }) => region)
  const missing = images.reduce((sum, { missing }) => sum + missing.length, 0)
  const isWanted = regions.some(({ isWanted }) => isWanted)
  const some = shown.length < images.length ? ` The first ${shown.length} of ${images.length} images.` : ""
  return draw("matrix", (screen) => matrixPlot(screen, shown, columns), {
    title: "Images by region",
    description: `${shown.length} images in ${columns.length} regions${missing === 0 ? "" : `; ${missing} copies are missing where they are wanted`}`,
    note: `● is there${isWanted ? ", × is missing where it is wanted" : ""}.${some} The table of all images below tells the same in words.`
  })
}

const matrixPlot = (screen: Screen, rows: ReadonlyArray<Row>, columns: ReadonlyArray<string>): Plot.PlotOptions => {
  const names = new Map(rows.map(({ id, name }) => [id, cut(name === "" ? id : name, screen)]))
  const marginLeft = marginFor([...names.values()])
  const column = Math.min((widths[screen] - marginLeft - 8) / columns.length, 64)
  const r = Math.min(6, column * 0.34)
  const marks = rows.flatMap(({ id, missing, name, regions }) => [
    ...regions.map((region) => ({ id, region, isThere: true, title: `${name} is in ${region}` })),
    ...missing.map((region) => ({ id, region, isThere: false, title: `${name} is missing in ${region}` }))
  ])
  const at = { x: "region", y: "id", r, title: ({ title }: (typeof marks)[number]) => Text.safe(title) } as const
  const grid = rows.flatMap(({ id }) => columns.map((region) => ({ id, region })))
  const ticks = { label: null, tickSize: 0, padding: 0.1 } as const
  return {
    height: rows.length * 22 + 84,
    marginLeft,
    marginRight: widths[screen] - marginLeft - column * columns.length,
    marginTop: 76,
    marginBottom: 8,
    x: { ...ticks, domain: columns, axis: "top", tickRotate: -90, tickFormat: (region: string) => short(region, 8) },
    y: { ...ticks, domain: rows.map(({ id }) => id), tickFormat: (id: string) => names.get(id) ?? "" },
    marks: [
      Plot.cell(grid, { x: "region", y: "id", fill: "var(--field)" }),
      Plot.dot(marks, { ...at, filter: ({ isThere }) => isThere, fill: "var(--mark)" }),
      Plot.dot(marks, {
        ...at,
        filter: ({ isThere }) => !isThere,
        symbol: "times",
        stroke: "var(--warn)",
        strokeWidth: 2.5
      })
    ]
  }
}

interface Bar {
  readonly label: string
  readonly value: number
}

const barChart = (
  id: string,
  bars: ReadonlyArray<Bar>,
  format: (value: number) => string,
  told: Omit<Chart, "svg">
): Chart =>
  draw(
    id,
    (screen) => {
      const labels = bars.map(({ label }) => cut(label, screen))
      const rows = bars.map(({ value }, i) => ({ i, value }))
      return {
        height: bars.length * 30 + 8,
        marginLeft: marginFor(labels),
        marginRight: 64,
        marginTop: 4,
        marginBottom: 4,
        x: { axis: null, domain: [0, Math.max(...bars.map(({ value }) => value), 1e-9)] },
        y: { domain: rows.map(({ i }) => i), label: null, tickFormat: (i: number) => labels[i] ?? "", tickSize: 0 },
        marks: [
          Plot.barX(rows, { x: "value", y: "i", fill: "var(--mark)", rx: 2 }),
          Plot.text(rows, { x: "value", y: "i", text: ({ value }) => format(value), textAnchor: "start", dx: 6 })
        ]
      }
    },
    told
  )

/** Draws for each screen. What a picture says is its title and description: its shapes mean nothing to a screen reader. */
const draw = (id: string, plot: (screen: Screen) => Plot.PlotOptions, told: Omit<Chart, "svg">): Chart => {
  const svgs = (["wide", "narrow"] as const).map((screen) => {
    const { document } = parseHTML("<!doctype html><html><body></body></html>")
    const svg = Plot.plot({ ...plot(screen), document, width: widths[screen], figure: false })
    const texts = (["title", "description"] as const).map((name) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name === "title" ? "title" : "desc")
      element.textContent = Text.safe(told[name])
      element.setAttribute("id", `${id}-${screen}-${name}`)
      return element
    })
    // the page has one style sheet, and its policy lets in no other
    for (const style of svg.querySelectorAll("style")) style.remove()
    svg.setAttribute("class", screen)
    svg.setAttribute("role", "img")
    svg.setAttribute("aria-labelledby", texts.map((element) => element.getAttribute("id")).join(" "))
    svg.prepend(...texts)
    return svg.outerHTML
  })
  return { ...told, svg: svgs.join("\n") }
}

const dollars = (usd: number) => `$${usd.toFixed(2)}`

const cut = (label: string, screen: Screen) => short(label, screen === "wide" ? 40 : 20)

/** Cuts out of the middle: what tells images of a series apart is at the end of their names. */
const short = (label: string, columns: number): string => {
  const safe = Text.safe(label)
  if (Text.width(safe) <= columns) return safe
  let end = ""
  for (const { segment } of [...new Intl.Segmenter().segment(safe)].reverse()) {
    if (Text.width(segment + end) > columns / 2) break
    end = segment + end
  }
  return Text.fit(safe, columns - Text.width(end)) + end
}

/** Room for labels of 12 pixels. */
const marginFor = (labels: ReadonlyArray<string>) => Math.max(...labels.map(Text.width), 4) * 7.2 + 12
