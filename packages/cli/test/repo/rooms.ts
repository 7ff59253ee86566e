/**
 * Who may import whom, and what no source may hold: the rules of the tree as a function from files to complaints.
 */

/** A file of the repo: its path from the root, and its text. */
export interface File {
  readonly path: string
  readonly text: string
}

const packageName = /^@effect-digitalocean\/([a-z]+)/

/** What the sources of a room may import besides their own package. */
const rooms: Readonly<Record<string, { readonly src: ReadonlyArray<string>; readonly test: ReadonlyArray<string> }>> = {
  client: { src: ["effect"], test: ["effect", "testing", "@effect/vitest", "node:util"] },
  testing: {
    src: ["effect", "client"],
    test: ["effect", "client", "@effect/vitest", "@effect/platform-node", "node:http"]
  },
  jobs: { src: ["effect", "client"], test: ["effect", "client", "testing", "@effect/vitest"] },
  cli: {
    src: ["effect", "client", "jobs", "testing", "@effect/platform-node", "node:http"],
    test: [
      "effect",
      "client",
      "jobs",
      "testing",
      "@effect/platform-node",
      "@effect/vitest",
      "vitest",
      "typescript",
      "node:"
    ]
  }
}

const law = ["DigitalOceanClient", "DigitalOceanError", "Endpoint", "Page", "RateLimit"]
const lawInternals = [
  "answer",
  "attempt",
  "baseUrl",
  "exchange",
  "links",
  "path",
  "prepare",
  "retry",
  "settings",
  "token",
  "transport",
  "version"
]
/** What the law may know: itself, and nothing of images. */
const lawMayImport = new Set([...law, ...lawInternals])

const services = ["Images", "Actions", "AccountTransfers"]

/** Everything that breaks a rule, as `path: what`. */
export const complaints = (files: ReadonlyArray<File>): ReadonlyArray<string> =>
  files.flatMap((file) => [...imports(file), ...contents(file)].map((what) => `${file.path}: ${what}`))

const imports = ({ path, text }: File): ReadonlyArray<string> => {
  const [, room = "", part = ""] = /^packages\/([a-z]+)\/(src|test|examples|bench)\//.exec(path) ?? []
  const allowed = rooms[room]
  if (allowed === undefined) return []
  const may = part === "src" ? allowed.src : allowed.test
  return specifiers(text).flatMap((specifier) => {
    if (specifier.startsWith(".")) return relative(path, room, part, specifier)
    const other = packageName.exec(specifier)?.[1]
    if (other !== undefined && specifier.includes("/internal/"))
      return [`imports another package's internals: ${specifier}`]
    if (other === "cli") return [`imports cli: ${specifier}`]
    if (part === "src" && /^effect(\/(http|testing|cli|http-api|schema|persistence))?$/.test(specifier)) {
      return [`imports a barrel: ${specifier}`]
    }
    const name = other ?? (specifier.startsWith("effect/") ? "effect" : specifier)
    const ok = may.some((one) => name === one || name.startsWith(one.endsWith(":") ? one : `${one}/`))
    return ok ? [] : [`${room}/${part} may not import ${specifier}`]
  })
}

const relative = (path: string, room: string, part: string, specifier: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  if (!/\.(ts|mjs|json)$/.test(specifier)) found.push(`relative import without extension: ${specifier}`)
  const target = new URL(specifier, `file:///${path}`).pathname.slice(1)
  if (!target.startsWith(`packages/${room}/`)) found.push(`leaves its package: ${specifier}`)
  if (room !== "client" || part !== "src") return found
  const from = moduleName(path)
  const to = moduleName(target)
  const fromLaw = law.includes(from) || (path.includes("/internal/") && lawInternals.includes(from))
  if (fromLaw && !lawMayImport.has(to)) found.push(`the law imports ${to}`)
  if (from === "Actions" && services.includes(to)) found.push(`Actions imports the service ${to}`)
  return found
}

const contents = ({ path, text }: File): ReadonlyArray<string> => {
  const found: Array<string> = []
  const isSource = /^packages\/[a-z]+\/src\//.test(path)
  const isLibrary = /^packages\/(client|testing|jobs)\/src\//.test(path)
  const name = path.split("/").at(-1) ?? ""
  if (/^(utils?|helpers?|common|types)\.ts$/.test(name)) found.push("a file name that says nothing")
  const lines = text.split("\n")
  if (isSource && lines.length > 400) found.push(`${lines.length} lines, 400 are the end`)
  lines.forEach((line, i) => {
    const at = (what: string) => found.push(`line ${i + 1}: ${what}`)
    const code = line.replace(/^\s*(\/\*\*|\*|\/\/).*$/, "").replace(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""')
    if (/(:|<|\bas|,)\s*any\b/.test(code) && !/\/\/ \S/.test(line)) at("any without a reason on its line")
    if (isLibrary && /\bDate\.now\b|\bprocess\.|\bconsole\./.test(code)) at("Date.now, process or console in a library")
    if (/\bvi\.mock\b/.test(code)) at("vi.mock")
    if (path.includes("/test/") && /\b(it|describe)\b.*\bshould\b/.test(line.replace(/\/.*\//, "")))
      at("'should' in a title")
  })
  return found
}

const specifiers = (text: string): ReadonlyArray<string> =>
  Array.from(
    text.matchAll(/^(?:import|export)\b[^"'`;]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm),
    ([, a, b, c]) => a ?? b ?? c ?? ""
  )

const moduleName = (path: string): string => (path.split("/").at(-1) ?? "").replace(/\.ts$/, "")
