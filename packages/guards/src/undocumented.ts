import { join } from "node:path"
import { parseAst } from "vitest/node"
import { files, read } from "./repository.ts"

/** The part of a syntax tree that declares members or exports names. */
interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly declaration?: Node | null
  readonly declarations?: ReadonlyArray<{ readonly id: { readonly name?: string }; readonly init?: Node | null }>
  readonly id?: { readonly name: string } | null
  readonly body?: Node | ReadonlyArray<Node>
  readonly members?: ReadonlyArray<Node>
  readonly types?: ReadonlyArray<Node>
  readonly typeAnnotation?: Node
  readonly typeArguments?: { readonly params: ReadonlyArray<Node> } | null
  readonly superClass?: Node | null
  readonly callee?: Node
  readonly object?: Node
  readonly arguments?: ReadonlyArray<Node>
  readonly properties?: ReadonlyArray<Node>
  readonly key?: { readonly name?: string; readonly value?: unknown }
  readonly source?: { readonly value: string } | null
  readonly specifiers?: ReadonlyArray<Node>
  readonly local?: { readonly name: string }
  readonly exported?: { readonly name: string }
}

interface Member {
  readonly name: string
  readonly start: number
}

/** A call of which the object literals are the fields of a schema. */
const hasFields = /\b(?:Struct|TaggedStruct|[tT]aggedError|Class|TaggedClass|model)(?:<.*>)?(?:\(.*\))?$/s

/**
 * The members of exported interfaces, object types, services and schemas that have no doc comment of their own, as
 * `Options.url`. The fields of a schema count if there is no interface of the same name that lists them. `read` returns the
 * text of a path, for re-exports from `internal`.
 */
export const undocumentedIn = (path: string, read: (path: string) => string): ReadonlyArray<string> => {
  const text = read(path)
  const { body } = parseAst(text, { lang: "ts" }) as unknown as { readonly body: ReadonlyArray<Node> }
  const exported = new Set<string>()
  const elsewhere = new Map<string, Set<string>>()
  const imports = new Map<string, string>()
  const addElsewhere = (source: string, name: string) => {
    if (!source.startsWith(".")) return
    const from = join(path, "..", source)
    elsewhere.set(from, (elsewhere.get(from) ?? new Set()).add(name))
  }
  for (const node of body) {
    if (node.type !== "ImportDeclaration" || node.source == null) continue
    for (const { local } of node.specifiers ?? []) if (local !== undefined) imports.set(local.name, node.source.value)
  }
  for (const node of body) {
    if (node.type !== "ExportNamedDeclaration") continue
    for (const name of node.declaration == null ? [] : declared(node.declaration)) exported.add(name)
    for (const { local } of node.specifiers ?? []) {
      const source = node.source?.value ?? imports.get(local!.name)
      if (source === undefined) exported.add(local!.name)
      else addElsewhere(source, local!.name)
    }
  }
  return [
    ...undocumentedOf(text, body, exported),
    ...[...elsewhere].flatMap(([from, names]) =>
      from.includes("/internal/") ? undocumentedOf(read(from), parseBody(read(from)), names) : []
    )
  ]
}

/** The members of all public modules of a package that have no doc comment, with the path of their module. */
export const undocumented = (name: string): ReadonlyArray<string> => {
  const folder = `packages/${name}/src/`
  return files(["src"], ".ts")
    .filter(
      ({ path }) => path.startsWith(folder) && !path.startsWith(`${folder}internal/`) && !path.includes("/durable/")
    )
    .flatMap(({ path }) => undocumentedIn(path, read).map((member) => `${path}: ${member}`))
}

const parseBody = (text: string) =>
  (parseAst(text, { lang: "ts" }) as unknown as { readonly body: ReadonlyArray<Node> }).body

const declared = ({ declarations, id }: Node): ReadonlyArray<string> =>
  id == null ? (declarations ?? []).flatMap(({ id: { name } }) => (name === undefined ? [] : [name])) : [id.name]

const undocumentedOf = (text: string, body: ReadonlyArray<Node>, names: ReadonlySet<string>): ReadonlyArray<string> => {
  const types = new Map<string, Array<Member>>()
  const schemas = new Map<string, Array<Member>>()
  for (const node of body) {
    const declaration = node.declaration ?? node
    for (const name of declared(declaration)) {
      if (!names.has(name)) continue
      types.set(name, [...(types.get(name) ?? []), ...typeMembers(declaration)])
      schemas.set(name, [...(schemas.get(name) ?? []), ...schemaMembers(text, declaration, name)])
    }
  }
  return [...names].flatMap((name) => {
    const ofType = types.get(name) ?? []
    const members = ofType.length > 0 ? ofType : (schemas.get(name) ?? [])
    return members
      .filter((member) => member.name !== "_tag" && !text.slice(0, member.start).trimEnd().endsWith("*/"))
      .map((member) => `${name}.${member.name}`)
  })
}

const typeMembers = (node: Node): ReadonlyArray<Member> => {
  switch (node.type) {
    case "TSInterfaceDeclaration":
      return typeMembers(node.body as Node)
    case "TSTypeAliasDeclaration":
    case "TSParenthesizedType":
      return node.typeAnnotation === undefined ? [] : typeMembers(node.typeAnnotation)
    case "TSUnionType":
    case "TSIntersectionType":
      return (node.types ?? []).flatMap(typeMembers)
    case "TSInterfaceBody":
      return (node.body as ReadonlyArray<Node>).flatMap(memberOf)
    case "TSTypeLiteral":
      return (node.members ?? []).flatMap(memberOf)
    case "ClassDeclaration":
      return (node.superClass?.callee?.typeArguments?.params ?? []).flatMap(typeMembers)
    default:
      return []
  }
}

const memberOf = ({ key, start, type }: Node): ReadonlyArray<Member> =>
  type === "TSPropertySignature" || type === "TSMethodSignature"
    ? [{ name: String(key?.name ?? key?.value), start }]
    : []

/** The fields of the object literals that a schema is made of. */
const schemaMembers = (text: string, node: Node, name: string): ReadonlyArray<Member> => {
  if (node.type === "ClassDeclaration") return node.superClass == null ? [] : fieldsOf(text, node.superClass)
  const initial = (node.declarations ?? []).find(({ id }) => id.name === name)?.init
  return initial == null ? [] : fieldsOf(text, initial)
}

const fieldsOf = (text: string, node: Node): ReadonlyArray<Member> => {
  if (node.type === "MemberExpression") return node.object === undefined ? [] : fieldsOf(text, node.object)
  if (node.type !== "CallExpression" || node.callee === undefined) return []
  const { callee } = node
  const called = text.slice(callee.start, callee.end)
  return [
    ...fieldsOf(text, callee),
    ...(node.arguments ?? []).flatMap((argument) => {
      if (argument.type !== "ObjectExpression") return /^Schema\.\w+$/.test(called) ? fieldsOf(text, argument) : []
      return hasFields.test(called)
        ? (argument.properties ?? []).filter(({ type }) => type === "Property").map(fieldOf)
        : []
    })
  ]
}

const fieldOf = ({ key, start }: Node): Member => ({ name: String(key?.name ?? key?.value), start })
