import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"
import * as Text from "../../Text.ts"
import type { Findings, Row } from "./model.ts"

/** A chart: its title, what it shows as a sentence, and its drawings for a wide and for a narrow screen. */
export interface Chart {
  readonly title: string
  readonly description: string
  /** a text above it */
  readonly note: string
  readonly svg: string
}

/** The widths of drawings in pixels: the page shows the one that fits. */
const widths = { wide: 860, narrow: 340 } as const

type Screen = keyof typeof widths

/** The most expensive series; the bars of the others would be too short to see, so their cost is a text. */
export const cost = ({ series, total }: Findings): Chart => {
  const shown = series.slice(0, 15)
  const others = series.slice(shown.length).reduce((sum, { total }) => sum + total.usd, 0)
  const bars = shown.map(({ series, total }) => ({ label: series, value: total.usd }))
  const [first] = series
  const top = first === undefined ? "" : `; the most expensive is ${first.series} at ${dollars(first.total.usd)}`
  return barChart("cost", bars, dollars, {
    title: "Monthly cost by series",
    description: `${dollars(total.usd)} a month for ${series.length} series${top}`,
    note:
      shown.length < series.length
        ? `The ${shown.length} most expensive of ${series.length} series; the others cost ${dollars(others)} in total.`
        : ""
  })
}

/** The number of images of each age. */
export const age = ({ ages }: Findings): Chart =>
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

/** The maximum number of images in the matrix. */
const rowsOfMatrix = 60

/** Which image is in which region, and where images are missing. */
export const matrix = ({ images, regions }: Findings): Chart => {
  const shown = images.slice(0, rowsOfMatrix)
  const columns = regions.map(({ region }) => region)
  const missing = images.reduce((sum, { missing }) => sum + missing.length, 0)
  const isWanted = regions.some(({ isWanted }) => isWanted)
  const some = shown.length < images.length ? ` The first ${shown.length} of ${images.length} images.` : ""
  return draw("matrix", (screen) => matrixPlot(screen, shown, columns), {
    title: "Images by region",
    description: `${shown.length} images in ${columns.length} regions${missing === 0 ? "" : `; ${missing} copies are missing where they are wanted`}`,
    note: `● in the region${isWanted ? ", × missing where it is wanted" : ""}.${some} The table of all images below contains the same as text.`
  })
}

const matrixPlot = (screen: Screen, rows: ReadonlyArray<Row>, columns: ReadonlyArray<string>): Plot.PlotOptions => {
  const names = new Map(rows.map(({ id, name }) => [id, cut(name === "" ? id : name, screen)]))
  const marginLeft = marginFor([...names.values()])
  const column = Math.min((widths[screen] - marginLeft - 8) / columns.length, 64)
  const r = Math.min(6, column * 0.34)
  const marks = rows.flatMap(({ id, missing, name, regions }) => [
    ...regions.map((region) => ({ id, region, isPresent: true, title: `${name} is in ${region}` })),
    ...missing.map((region) => ({ id, region, isPresent: false, title: `${name} is missing in ${region}` }))
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
      Plot.dot(marks, { ...at, filter: ({ isPresent }) => isPresent, fill: "var(--mark)" }),
      Plot.dot(marks, {
        ...at,
        filter: ({ isPresent }) => !isPresent,
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
  texts: Omit<Chart, "svg">
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
    texts
  )

/** Draws for each screen. A screen reader reads the title and the description, not the shapes. */
const draw = (id: string, plot: (screen: Screen) => Plot.PlotOptions, texts: Omit<Chart, "svg">): Chart => {
  const svgs = (["wide", "narrow"] as const).map((screen) => {
    const { document } = parseHTML("<!doctype html><html><body></body></html>")
    const svg = Plot.plot({ ...plot(screen), document, width: widths[screen], figure: false })
    const elements = (["title", "description"] as const).map((name) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name === "title" ? "title" : "desc")
      element.textContent = Text.safe(texts[name])
      element.setAttribute("id", `${id}-${screen}-${name}`)
      return element
    })
    // the policy of the page allows only its own style sheet
    for (const style of svg.querySelectorAll("style")) style.remove()
    svg.setAttribute("class", screen)
    svg.setAttribute("role", "img")
    svg.setAttribute("aria-labelledby", elements.map((element) => element.getAttribute("id")).join(" "))
    svg.prepend(...elements)
    return svg.outerHTML
  })
  return { ...texts, svg: svgs.join("\n") }
}

const dollars = (usd: number) => `$${usd.toFixed(2)}`

const cut = (label: string, screen: Screen) => short(label, screen === "wide" ? 40 : 20)

/** Cuts the middle of a name: names of a series differ at the end. */
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

/** The space for labels of 12 pixels. */
const marginFor = (labels: ReadonlyArray<string>) => Math.max(...labels.map(Text.width), 4) * 7.2 + 12
