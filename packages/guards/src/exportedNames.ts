import { join } from "node:path"
import { parseAst } from "vitest/node"
import { files, read, root } from "./repository.ts"

/** What a name is: a value, a type, or both (a class, or a schema with the type of the same name). */
export type Kind = "value" | "type" | "value and type"

/** The exported names of a module, sorted. */
export type Names = Readonly<Record<string, Kind>>

/** The file with the exported names of a package that a test expects. */
export const snapshotOf = (name: string): string => join(root, "packages/guards/exports", `${name}.json`)

/** The exported names of each public module of a package, by the specifier that imports it. */
export const exportedNames = (name: string): Readonly<Record<string, Names>> => {
  const folder = `packages/${name}/src/`
  const modules = files(["src"], ".ts")
    .filter(({ path }) => path.startsWith(folder) && !path.startsWith(`${folder}internal/`))
    .map(({ path }) => path.slice(folder.length).replace(/\.ts$/, ""))
    .sort()
  return Object.fromEntries(
    modules.map((module) => {
      const specifier = `@effect-digitalocean/${name}${module === "index" ? "" : `/${module}`}`
      return [specifier, namesOf(`${folder}${module}.ts`, read)]
    })
  )
}

/** The exported names of one module; `read` returns the text of a path, for re-exports. */
export const namesOf = (path: string, read: (path: string) => string): Names =>
  Object.fromEntries([...exportsOf(path, read)].sort(([a], [b]) => (a < b ? -1 : 1)))

/** Every name that differs, as `+ name (kind)` if it was added and `- name (kind)` if it was removed. */
export const difference = (
  expected: Readonly<Record<string, Names>>,
  actual: Readonly<Record<string, Names>>
): ReadonlyArray<string> => {
  const flat = (all: Readonly<Record<string, Names>>) =>
    Object.entries(all).flatMap(([module, names]) =>
      Object.entries(names).map(([name, kind]) => `${module} ${name} (${kind})`)
    )
  const [before, after] = [flat(expected), flat(actual)]
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)
  ]
}

type Kinds = Map<string, Kind>

/** The part of a syntax tree that declares, imports or exports names. */
interface Node {
  readonly type: string
  readonly exportKind?: "type" | "value"
  readonly declaration?: Node | null
  readonly declarations?: ReadonlyArray<{ readonly id: { readonly name?: string } }>
  readonly id?: { readonly name: string } | null
  readonly source?: { readonly value: string } | null
  readonly exported?: Identifier | null
  readonly specifiers?: ReadonlyArray<Node>
  readonly local?: Identifier
  readonly imported?: Identifier
}

type Identifier = { readonly name: string } | { readonly value: string }

const nameOf = (identifier: Identifier): string => ("name" in identifier ? identifier.name : identifier.value)

const exportsOf = (path: string, read: (path: string) => string): ReadonlyMap<string, Kind> => {
  const { body } = parseAst(read(path), { lang: "ts" }) as unknown as { readonly body: ReadonlyArray<Node> }
  const exportsFrom = (source: string) => exportsOf(join(path, "..", source), read)
  const exported: Kinds = new Map()
  for (const node of body) {
    for (const [name, kind] of node.declaration == null ? [] : declaredBy(node.declaration)) add(exported, name, kind)
    if (node.type === "ExportAllDeclaration" && node.source != null) {
      if (node.exported != null) add(exported, nameOf(node.exported), asType(node, "value"))
      else for (const [name, kind] of exportsFrom(node.source.value)) add(exported, name, asType(node, kind))
    }
    if (node.type !== "ExportNamedDeclaration") continue
    for (const specifier of node.specifiers ?? []) {
      const name = nameOf(specifier.local!)
      const kind = node.source == null ? kindOf(body, name, exportsFrom) : exportsFrom(node.source.value).get(name)
      if (kind === undefined) throw new Error(`${path}: cannot find the exported name ${name}`)
      add(exported, nameOf(specifier.exported!), asType(node, asType(specifier, kind)))
    }
  }
  return exported
}

/** The kind of a name that a module declares or imports. */
const kindOf = (
  body: ReadonlyArray<Node>,
  name: string,
  exportsFrom: (source: string) => ReadonlyMap<string, Kind>
): Kind | undefined => {
  const kinds: Kinds = new Map()
  for (const node of body) {
    for (const [declared, kind] of declaredBy(node.declaration ?? node)) add(kinds, declared, kind)
    if (node.type !== "ImportDeclaration" || node.source == null) continue
    for (const { imported, local } of node.specifiers ?? []) {
      if (nameOf(local!) !== name) continue
      const kind = imported === undefined ? "value" : exportsFrom(node.source.value).get(nameOf(imported))
      if (kind !== undefined) add(kinds, name, kind)
    }
  }
  return kinds.get(name)
}

/** A name that is declared twice, as a value and as a type, is both. */
const add = (names: Kinds, name: string, kind: Kind): void => {
  const other = names.get(name)
  names.set(name, other === undefined || other === kind ? kind : "value and type")
}

const asType = ({ exportKind }: Node, kind: Kind): Kind => (exportKind === "type" ? "type" : kind)

const declaredBy = ({ declarations, id, type }: Node): ReadonlyArray<readonly [name: string, kind: Kind]> => {
  switch (type) {
    case "VariableDeclaration":
      return (declarations ?? []).flatMap(({ id: { name } }) => (name === undefined ? [] : [[name, "value"] as const]))
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      return id == null ? [] : [[id.name, "value"]]
    case "ClassDeclaration":
    case "TSModuleDeclaration":
      return id == null ? [] : [[id.name, "value and type"]]
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return id == null ? [] : [[id.name, "type"]]
    default:
      return []
  }
}
