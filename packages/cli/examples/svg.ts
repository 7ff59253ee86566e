/** What a screen showed from a moment on: its lines, with the colours as a terminal takes them. */
export interface Frame {
  readonly seconds: number
  readonly lines: ReadonlyArray<string>
}

const cell = { width: 8.4, height: 18 }
const pad = 16
/**
 * For how many seconds the last frame is shown at first: so there is something to see in the first frame, and where nothing
 * moves.
 */
const rest = 4

const classes: Readonly<Record<string, string>> = { 1: "b", 2: "d", 31: "r", 32: "g", 33: "y", 36: "c" }

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** A line with escape sequences as text of SVG. */
const spans = (line: string): string => {
  let style: ReadonlyArray<string> = []
  let out = ""
  for (const [, codes, text = ""] of line.matchAll(/(?:\u001b\[([0-9;]*)m)|([^\u001b]+)/g)) {
    if (codes !== undefined) {
      for (const code of codes === "" ? ["0"] : codes.split(";")) {
        const name = classes[code]
        style = code === "0" || code === "39" || code === "22" ? [] : name === undefined ? style : [...style, name]
      }
    } else {
      out += style.length === 0 ? escape(text) : `<tspan class="${style.join(" ")}">${escape(text)}</tspan>`
    }
  }
  return out
}

interface Run {
  readonly row: number
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Each text of each row with the time in which it stood there: what does not change is drawn once. */
const runsOf = (frames: ReadonlyArray<Frame>, rows: number, end: number): ReadonlyArray<Run> => {
  const runs: Array<Run> = []
  for (let row = 0; row < rows; row++) {
    let from = 0
    let text = ""
    const close = (to: number) => {
      if (text.trim() !== "" && to > from) runs.push({ row, text, from, to })
    }
    for (const { lines, seconds } of frames) {
      const next = (lines[row] ?? "").trimEnd()
      if (next === text) continue
      close(seconds)
      from = seconds
      text = next
    }
    close(end)
  }
  return runs
}

/** A recording as an SVG that plays by itself, over and over; a renderer that does not move shows the end. */
export const svg = (
  frames: ReadonlyArray<Frame>,
  size: { readonly columns: number; readonly rows: number }
): string => {
  const end = (frames.at(-1)?.seconds ?? 0) + rest
  const runs = runsOf(frames, size.rows, end - rest)
  const at = (seconds: number) => `${((seconds / end) * 100).toFixed(2)}%`
  const width = Math.ceil(size.columns * cell.width + 2 * pad)
  const height = size.rows * cell.height + 2 * pad
  const isLast = ({ to }: Run) => to >= end - rest
  const keyframes = runs.map((run, i) => {
    const before = isLast(run) ? `0%{visibility:visible}${at(rest)}{visibility:hidden}` : "0%{visibility:hidden}"
    const after = isLast(run) ? "" : `${at(run.to + rest)}{visibility:hidden}`
    return `@keyframes k${i}{${before}${at(run.from + rest)}{visibility:visible}${after}}`
  })
  const texts = runs.map((run, i) => {
    const { row, text } = run
    const y = pad + (row + 0.75) * cell.height
    const last = isLast(run) ? " last" : ""
    return `<text class="l${last}" style="animation-name:k${i}" x="${pad}" y="${y}">${spans(text)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A session of doimg in a terminal">
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre;fill:#d7dae0}
.l{visibility:hidden;animation:${end.toFixed(2)}s step-end infinite}
.b{font-weight:bold}.d{opacity:.6}.r{fill:#ff7b72}.g{fill:#7ee787}.y{fill:#e3b341}.c{fill:#76e3ea}
.last{visibility:visible}
@media (prefers-reduced-motion:reduce){.l{animation:none}}
${keyframes.join("\n")}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>
${texts.join("\n")}
</svg>
`
}
