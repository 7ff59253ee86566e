import { dirname, join } from "node:path/posix"
import type { File } from "./root.ts"

const scope = "@effect-digitalocean/"

/** Who may import whom: for the sources of each package, the packages it may name. */
const allowedImports: Record<string, ReadonlyArray<string>> = {
  client: [],
  testing: ["client"],
  jobs: ["client"],
  cli: ["client", "jobs", "testing"]
}

/** What is not ours and may be imported: by the sources of the libraries, by those of cli, and by everything else. */
const outside = {
  library: /^effect\/./,
  cli: /^(effect\/|@effect\/platform-node\/|node:)./,
  other: /^(effect($|\/)|@effect\/platform-node($|\/)|@effect\/vitest$|vitest($|\/)|node:)/
}

/** The modules of jobs that draw, with what no other needs: none of them is reached from `index`. */
const drawing = {
  modules: ["AuditPage", "jobs/AuditPage", "internal/audit/charts"],
  outside: /^(@observablehq\/plot|linkedom)$/
}

/** The modules of client that know no noun. */
const law = [
  "DigitalOceanClient",
  "DigitalOceanError",
  "Endpoint",
  "Metrics",
  "Page",
  "RateLimit",
  "Redaction",
  "ServerTime"
]

/** What a test of one package may use of the tests of another: the harness that kills jobs. */
const harness = ["packages/jobs/test/support/crash.ts", "packages/jobs/test/support/releases.ts"]

/**
 * The folders of each package's internals, and of cli's sources, the highest first: each imports only from itself and
 * from those below it.
 */
const layers: Readonly<Record<string, ReadonlyArray<string>>> = {
  "client/src/internal": [
    "polling",
    "endpoints",
    "paging",
    "pipeline",
    "state",
    "transport",
    "request",
    "response",
    "rateLimit",
    "model"
  ],
  "testing/src/internal": [
    ...["server", "options", "faults", "inspection", "resources"],
    ...["account", "seed", "http", "api", "schemas"]
  ],
  "jobs/src/internal": ["release", "drill", "handOver", "audit", "droplets", "actions"],
  "cli/src": [
    ...["demo", "commands", "completion", "run", "droplets", "args"],
    ...["output", "process", "config", "files", "errors", "text"]
  ]
}

/** More files than these belong into folders of their own. */
const most = 15

const badNames = ["utils", "helpers", "common", "types"]

/** Every place where the files leave the rules of the tree, each as `path: what is wrong`. */
export const violations = (files: ReadonlyArray<File>): ReadonlyArray<string> => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const wrong = files.flatMap((file) => {
    const place = placeOf(file.path)
    return [
      ...importsOf(file.text).flatMap((specifier) => wrongImport(place, file.path, specifier)),
      ...wrongLayer(file),
      ...wrongReach(byPath, place, file.path),
      ...wrongText(place, file)
    ].map((what) => `${file.path}: ${what}`)
  })
  return [...wrong, ...circles(byPath), ...crowded(files)]
}

/** The relative imports of a file, as paths of the repository; types count. */
const targetsOf = ({ path, text }: File): ReadonlyArray<string> =>
  importsOf(text).flatMap((specifier) => (specifier.startsWith(".") ? [join(dirname(path), specifier)] : []))

const wrongLayer = (file: File): ReadonlyArray<string> =>
  Object.entries(layers).flatMap(([home, order]) => {
    const folderOf = (path: string): string | undefined =>
      path.startsWith(`packages/${home}/`) ? /^([^/]+)\//.exec(path.slice(`packages/${home}/`.length))?.[1] : undefined
    const own = folderOf(file.path)
    if (own === undefined) return []
    if (!order.includes(own)) return [`is in ${own}, which is not in the order of the folders of ${home}`]
    return targetsOf(file)
      .filter((target) => order.slice(0, order.indexOf(own)).includes(folderOf(target) ?? ""))
      .map((target) => `imports ${target}, which is above ${own}`)
  })

/** Every circle of imports among the sources, once: a file that reaches itself, by the shortest way. */
const circles = (files: ReadonlyMap<string, File>): ReadonlyArray<string> => {
  const sources = [...files.values()].filter(({ path }) => placeOf(path).folder === "src")
  const found = new Set<string>()
  for (const { path: start } of sources) {
    const ways = new Map<string, ReadonlyArray<string>>([[start, [start]]])
    for (const [path, way] of ways) {
      const file = files.get(path)
      for (const target of file === undefined ? [] : targetsOf(file)) {
        if (target === start) found.add([...way].sort().join(", "))
        else if (!ways.has(target)) ways.set(target, [...way, target])
      }
    }
  }
  return [...found].map((circle) => `${circle}: import each other in a circle`)
}

/** The folders of internals and of tests, and of cli's sources below `src`, that hold too many files. */
const crowded = (files: ReadonlyArray<File>): ReadonlyArray<string> => {
  const folders = Map.groupBy(
    files.filter(({ path }) => /^packages\/([^/]+\/(src\/internal|test)|cli\/src\/(?!commands\/)[^/]+)\//.test(path)),
    ({ path }) => dirname(path)
  )
  return [...folders].flatMap(([folder, { length }]) =>
    length > most ? [`${folder}: has ${length} files, more than ${most}`] : []
  )
}

interface Place {
  readonly owner: string
  readonly folder: string
  /** The path below the folder, without its extension. */
  readonly module: string
}

const placeOf = (path: string): Place => {
  const [, owner = "", folder = "", ...rest] = path.split("/")
  return { owner, folder, module: rest.join("/").replace(/\.\w+$/, "") }
}

const wrongImport = (place: Place, path: string, specifier: string): ReadonlyArray<string> => {
  if (specifier.startsWith(".")) return wrongRelative(place, path, specifier)
  if (specifier.startsWith(scope)) {
    const [name = "", ...inner] = specifier.slice(scope.length).split("/")
    if (inner.includes("internal")) return [`imports ${specifier}, which is internal to another package`]
    return allowedPackages(place).includes(name) ? [] : [`imports ${specifier}, which ${place.owner} may not`]
  }
  const pattern = place.folder !== "src" ? outside.other : place.owner === "cli" ? outside.cli : outside.library
  if (pattern.test(specifier)) return []
  if (draws(place) && drawing.outside.test(specifier)) return []
  return [specifier === "effect" ? `imports the barrel "effect"` : `imports ${specifier}, which ${place.owner} may not`]
}

const draws = ({ module, owner }: Place): boolean =>
  owner === "jobs" && drawing.modules.includes(module.replace(/\.test$/, ""))

const wrongRelative = (place: Place, path: string, specifier: string): ReadonlyArray<string> => {
  const target = join(dirname(path), specifier)
  const home = place.folder === "src" ? `packages/${place.owner}/src/` : `packages/${place.owner}/`
  return [
    ...(specifier.endsWith(".ts") ? [] : [`imports ${specifier} without .ts`]),
    ...(target.startsWith(home) || (place.folder === "test" && harness.includes(target))
      ? []
      : [`imports ${specifier}, which is outside of ${home}`])
  ]
}

const allowedPackages = ({ folder, owner }: Place): ReadonlyArray<string> => {
  const named = allowedImports[owner] ?? []
  if (folder === "src") return named
  if (folder === "bench") return ["client", "testing", "jobs"]
  return [...named, owner, "testing"]
}

/**
 * The law of client never reaches a noun, and `Actions` no other service, not through `internal/` either. What draws is
 * reached by those who ask for it.
 */
const wrongReach = (files: ReadonlyMap<string, File>, place: Place, path: string): ReadonlyArray<string> => {
  if (place.folder !== "src") return []
  const reached = (): ReadonlyArray<string> => [...reach(files, path)].filter((other) => other !== path)
  if (place.owner === "jobs" && !draws(place)) {
    return reached()
      .filter((other) => draws(placeOf(other)))
      .map((other) => `reaches ${placeOf(other).module}, which loads what draws`)
  }
  if (place.owner !== "client") return []
  if (law.includes(place.module)) {
    return reached()
      .filter((other) => isNoun(placeOf(other).module))
      .map((other) => `reaches ${placeOf(other).module}, and the law knows no noun`)
  }
  if (place.module === "Actions") {
    return reached()
      .filter((other) => isNoun(placeOf(other).module) && /\bContext\.Service</.test(files.get(other)?.text ?? ""))
      .map((other) => `reaches the service ${placeOf(other).module}, and polling needs no other`)
  }
  return []
}

const isNoun = (module: string): boolean => !law.includes(module) && !module.startsWith("internal/")

const reach = (files: ReadonlyMap<string, File>, path: string, seen = new Set<string>()): Set<string> => {
  const file = files.get(path)
  if (file === undefined || seen.has(path)) return seen
  seen.add(path)
  for (const specifier of importsOf(file.text)) {
    if (specifier.startsWith(".")) reach(files, join(dirname(path), specifier), seen)
  }
  return seen
}

const wrongText = (place: Place, { path, text }: File): ReadonlyArray<string> => {
  const lines = text.split("\n")
  const isSource = place.folder === "src"
  const code = lines.filter((line) => !/^\s*(\/\/|\/?\*)/.test(line)).join("\n")
  const badName = path.split("/").find((segment) => badNames.includes(segment.replace(/\..*$/, "").toLowerCase()))
  const global =
    isSource && place.owner !== "cli" ? /\b(Date\.now|process\.env|console\.\w+|Math\.random)\b/.exec(code) : null
  return [
    ...(badName === undefined ? [] : [`is named ${badName}`]),
    ...(global === null ? [] : [`uses ${global[0]}, and a library does not`]),
    ...(isSource && lines.length > 401 ? [`has ${lines.length - 1} lines, more than 400`] : []),
    ...(/\bvi\.(mock|doMock)\(/.test(code) ? ["mocks a module"] : []),
    ...[...code.matchAll(/\b(?:it|test|describe)(?:\.\w+)*\(\s*(["'`])(?:(?!\1).)*\bshould\b/g)].map(
      ([title]) => `says "should" in a title: ${title}`
    )
  ]
}

/** What a module imports, re-exports or imports while it runs. */
export const importsOf = (text: string): ReadonlyArray<string> =>
  [
    /^(?:import|export)\s[\w\s*,{}$]*?\bfrom\s+["']([^"']+)["']/gm,
    /^import\s+["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']\s*\)/g
  ].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""))
