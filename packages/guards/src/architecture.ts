import { dirname, join } from "node:path/posix"
import { parseAst } from "vitest/node"
import type { File } from "./repository.ts"

const scope = "@effect-digitalocean/"

/**
 * The packages that each package may import. Its tests may also import the package itself and `testing`. No package
 * may import `guards`, which reads the files of all others.
 */
const allowedImports: Readonly<Record<string, ReadonlyArray<string>>> = {
  client: [],
  testing: ["client"],
  jobs: ["client"],
  cli: ["client", "jobs", "testing"],
  guards: ["client", "jobs", "testing"]
}

/** The packages that benches may import. */
const benchImports: ReadonlyArray<string> = ["client", "testing", "jobs"]

/** The folders below a folder, highest first: the modules of each may import its own modules and those below it. */
const layers: Readonly<Record<string, ReadonlyArray<string>>> = {
  "client/src/internal": [
    "ensure",
    "polling",
    "waiting",
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
    ...["account", "seed", "http", "api", "schemas", "arbitraries"]
  ],
  "jobs/src/internal": [
    ...["postgres", "durable", "release", "rotate", "snapshot", "verify", "handOver", "import", "audit"],
    ...["actions", "options"]
  ],
  "cli/src": [
    ...["demo", "commands", "completion", "jobs", "durable", "run", "droplets", "args"],
    ...["output", "process", "config", "files", "errors", "text"]
  ]
}

/** The modules of client's request pipeline, which may not depend on a resource. */
const pipeline: ReadonlyArray<string> = [
  "DigitalOceanClient",
  "DigitalOceanError",
  "Endpoint",
  "Metrics",
  "Page",
  "RateLimit",
  "Redaction",
  "RequestDescription",
  "ServerTime",
  "SharedRateLimit"
]

/** The packages that are published as libraries: they use no global clock, environment, console or random numbers. */
const libraries: ReadonlyArray<string> = ["client", "testing", "jobs"]

/** The external modules that may be imported: by sources of libraries, by sources of cli, and by everything else. */
const externalModules = {
  library: /^effect\/./,
  cli: /^(effect\/|@effect\/platform-node\/|node:)./,
  other: /^(effect($|\/)|@effect\/platform-node($|\/)|@effect\/vitest$|vitest($|\/)|node:)/
}

interface Optional {
  readonly owner: string
  readonly what: string
  readonly modules: RegExp
  readonly packages: RegExp
}

/**
 * The modules that need optional packages, and those packages. No other module of jobs may depend on them; those of cli are
 * loaded by commands.
 */
const optional: ReadonlyArray<Optional> = [
  {
    owner: "jobs",
    what: "that render charts",
    modules: /^(AuditPage|jobs\/AuditPage|internal\/audit\/charts)$/,
    packages: /^(@observablehq\/plot|linkedom)$/
  },
  {
    owner: "jobs",
    what: "for Postgres",
    modules: /^(durable\/Pg\w+|internal\/postgres\/\w+|(postgres|chaos)\/\w+)$/,
    packages: /^@effect\/sql-pg\/./
  },
  { owner: "cli", what: "for stored jobs", modules: /^(durable|postgres)\/\w+$/, packages: /^@effect\/sql-pg\/./ }
]

/** Files outside of a package that its tests and benches may import. */
const sharedFiles: Readonly<Record<string, ReadonlyArray<string>>> = {
  client: ["chaos/runners", "chaos/store", "postgres/server"].map((name) => `packages/jobs/test/${name}.ts`),
  cli: [
    ...["crash", "findings", "random", "releases", "subject"].map((name) => `packages/jobs/test/support/${name}.ts`),
    ...["packages/jobs/test/postgres/database.ts", "packages/jobs/test/postgres/server.ts"]
  ],
  guards: ["packages/client/bench/harness/bundle.ts"],
  jobs: ["packages/client/bench/harness/measure.ts"]
}

/** The maximum number of TypeScript files in a folder of {@link limitedFolders}. */
const maxFilesPerFolder = 15

/** The folders of `src/internal` and `test`, and those below `src` of cli except `commands`, which has a file for each. */
const limitedFolders = /^packages\/([^/]+\/(src\/internal|test)|cli\/src\/(?!commands\/)[^/]+)\//

/** The maximum number of lines of a source file. */
const maxLines = 400

/** Names of files and folders that do not say what is inside. */
const vagueNames: ReadonlyArray<string> = ["utils", "helpers", "common", "types"]

/** Returns every violation of the architecture, each as `path: what is wrong`. */
export const violations = (files: ReadonlyArray<File>): ReadonlyArray<string> => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const perFile = files.flatMap((file) => {
    const place = placeOf(file.path)
    return [
      ...importsOf(file.text).flatMap((specifier) => forbiddenImport(place, file.path, specifier)),
      ...layerViolations(file),
      ...forbiddenDependencies(byPath, place, file.path),
      ...forbiddenText(place, file)
    ].map((what) => `${file.path}: ${what}`)
  })
  return [...perFile, ...importCycles(byPath), ...oversizedFolders(files)]
}

/** The specifiers that a module imports, re-exports or imports dynamically, types included. */
export const importsOf = (text: string): ReadonlyArray<string> => {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const specifiers = new Set<string>()
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return
    const { expression, quasis, source, type } = node as Syntax
    if (type !== undefined && importing.has(type)) {
      const [template] = source?.quasis ?? quasis ?? []
      const specifier = source?.value ?? template?.value?.cooked ?? expression?.value
      if (typeof specifier === "string") specifiers.add(specifier)
    }
    for (const child of Object.values(node)) visit(child)
  }
  visit(parseAst(text, { lang: "ts" }))
  parsed.set(text, [...specifiers])
  return [...specifiers]
}

/** Each text is parsed once. */
const parsed = new Map<string, ReadonlyArray<string>>()

/** The syntax that imports: declarations, re-exports, `import()`, `import("...")` as a type and `import x = require("...")`. */
const importing: ReadonlySet<string> = new Set([
  ...["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"],
  ...["ImportExpression", "TSImportType", "TSExternalModuleReference"]
])

/** The parts of a syntax node that can have a specifier. */
interface Syntax {
  readonly type?: string
  readonly source?: Text | null
  readonly expression?: Text
  readonly quasis?: Text["quasis"]
}

interface Text {
  readonly value?: unknown
  readonly quasis?: ReadonlyArray<{ readonly value?: { readonly cooked?: string } }>
}

/** The relative imports of a file, type-only ones included, as paths of the repository. */
const targetsOf = ({ path, text }: File): ReadonlyArray<string> =>
  importsOf(text).flatMap((specifier) => (specifier.startsWith(".") ? [join(dirname(path), specifier)] : []))

const layerViolations = (file: File): ReadonlyArray<string> =>
  Object.entries(layers).flatMap(([parent, order]) => {
    const prefix = `packages/${parent}/`
    const layerOf = (path: string): string | undefined =>
      path.startsWith(prefix) ? /^([^/]+)\//.exec(path.slice(prefix.length))?.[1] : undefined
    const own = layerOf(file.path)
    if (own === undefined) return []
    if (!order.includes(own)) return [`is in ${own}, which is not among the "layers" of architecture.ts`]
    return targetsOf(file)
      .filter((target) => order.slice(0, order.indexOf(own)).includes(layerOf(target) ?? ""))
      .map((target) => `imports ${target}, which is in a layer above ${own}`)
  })

/** Every import cycle among the sources, once, in the shortest form. */
const importCycles = (files: ReadonlyMap<string, File>): ReadonlyArray<string> => {
  const sources = [...files.values()].filter(({ path }) => placeOf(path).folder === "src")
  const cycles = new Set<string>()
  for (const { path: start } of sources) {
    const routes = new Map<string, ReadonlyArray<string>>([[start, [start]]])
    for (const [path, route] of routes) {
      const file = files.get(path)
      for (const target of file === undefined ? [] : targetsOf(file)) {
        if (target === start) cycles.add([...route].sort().join(", "))
        else if (!routes.has(target)) routes.set(target, [...route, target])
      }
    }
  }
  return [...cycles].map((cycle) => `${cycle}: import each other in a cycle`)
}

const oversizedFolders = (files: ReadonlyArray<File>): ReadonlyArray<string> => {
  const limited = files.filter(({ path }) => limitedFolders.test(path))
  return [...Map.groupBy(limited, ({ path }) => dirname(path))].flatMap(([folder, { length }]) =>
    length > maxFilesPerFolder ? [`${folder}: has ${length} files, more than ${maxFilesPerFolder}`] : []
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

const forbiddenImport = (place: Place, path: string, specifier: string): ReadonlyArray<string> => {
  if (specifier.startsWith(".")) return forbiddenRelativeImport(place, path, specifier)
  const forbidden = `imports ${specifier}, which ${place.owner} may not import`
  if (specifier.startsWith(scope)) {
    const [name = "", ...inner] = specifier.slice(scope.length).split("/")
    if (inner.includes("internal")) return [`imports ${specifier}, which is internal to another package`]
    return importablePackages(place).includes(name) ? [] : [forbidden]
  }
  if (externalModulesOf(place).test(specifier)) return []
  if (optionalOf(place).some(({ packages }) => packages.test(specifier))) return []
  return [specifier === "effect" ? `imports the barrel "effect"` : forbidden]
}

const externalModulesOf = ({ folder, owner }: Place): RegExp => {
  if (folder !== "src") return externalModules.other
  if (libraries.includes(owner)) return externalModules.library
  return owner === "cli" ? externalModules.cli : externalModules.other
}

/** The optional packages that a module needs. */
const optionalOf = ({ module, owner }: Place) =>
  optional.filter((one) => one.owner === owner && one.modules.test(module.replace(/\.(test|pg)$/, "")))

const forbiddenRelativeImport = (place: Place, path: string, specifier: string): ReadonlyArray<string> => {
  const target = join(dirname(path), specifier)
  const home = place.folder === "src" ? `packages/${place.owner}/src/` : `packages/${place.owner}/`
  const isShared = /^(test|bench)$/.test(place.folder) && (sharedFiles[place.owner] ?? []).includes(target)
  return [
    ...(specifier.endsWith(".ts") ? [] : [`imports ${specifier} without .ts`]),
    ...(target.startsWith(home) || isShared ? [] : [`imports ${specifier}, which is outside of ${home}`])
  ]
}

const importablePackages = ({ folder, owner }: Place): ReadonlyArray<string> => {
  const allowed = allowedImports[owner] ?? []
  if (folder === "src") return allowed
  if (folder === "bench") return benchImports
  return [...allowed, owner, "testing"]
}

/**
 * Dependencies that are forbidden even through other modules: of the request pipeline on a resource, of `Actions` on
 * another service, and of any other module of jobs on a module that needs optional packages.
 */
const forbiddenDependencies = (files: ReadonlyMap<string, File>, place: Place, path: string): ReadonlyArray<string> => {
  if (place.folder !== "src") return []
  const dependencies = (): ReadonlyArray<string> => [...reachableFrom(files, path)].filter((other) => other !== path)
  const moduleOf = (other: string): string => placeOf(other).module
  if (place.owner === "jobs") {
    const own = optionalOf(place)
    return dependencies().flatMap((other) =>
      optionalOf(placeOf(other))
        .filter((one) => !own.includes(one))
        .map(({ what }) => `depends on ${moduleOf(other)}, which loads the optional packages ${what}`)
    )
  }
  if (place.owner !== "client") return []
  if (pipeline.includes(place.module)) {
    return dependencies()
      .filter((other) => isResource(moduleOf(other)))
      .map((other) => `depends on ${moduleOf(other)}, and the request pipeline may not depend on a resource`)
  }
  if (place.module === "Actions") {
    return dependencies()
      .filter((other) => isResource(moduleOf(other)) && /\bContext\.Service</.test(files.get(other)?.text ?? ""))
      .map((other) => `depends on ${moduleOf(other)}, and Actions may not depend on another service`)
  }
  return []
}

const isResource = (module: string): boolean => !pipeline.includes(module) && !module.startsWith("internal/")

const reachableFrom = (files: ReadonlyMap<string, File>, path: string): ReadonlySet<string> => {
  const reached = new Set([path])
  for (const current of reached) {
    const file = files.get(current)
    for (const target of file === undefined ? [] : targetsOf(file)) if (files.has(target)) reached.add(target)
  }
  return reached
}

const forbiddenText = (place: Place, { path, text }: File): ReadonlyArray<string> => {
  const lines = text.split("\n")
  const isSource = place.folder === "src"
  const code = lines.filter((line) => !/^\s*(\/\/|\/?\*)/.test(line)).join("\n")
  const vague = path.split("/").find((segment) => vagueNames.includes(segment.replace(/\..*$/, "").toLowerCase()))
  const isLibrary = isSource && libraries.includes(place.owner)
  const global = isLibrary ? /\b(Date\.now|process\.env|console\.\w+|Math\.random)\b/.exec(code) : null
  const titles = code.matchAll(/\b(?:it|test|describe)(?:\.\w+)*\(\s*(["'`])(?:(?!\1).)*\bshould\b/g)
  return [
    ...(vague === undefined ? [] : [`is named ${vague}, which does not say what it contains`]),
    ...(global === null ? [] : [`uses ${global[0]}, which a library may not use`]),
    ...(isSource && lines.length > maxLines + 1 ? [`has ${lines.length - 1} lines, more than ${maxLines}`] : []),
    ...(/\bvi\.(mock|doMock)\(/.test(code) ? ["mocks a module"] : []),
    ...[...titles].map(([title]) => `has a test title with "should": ${title}`)
  ]
}
