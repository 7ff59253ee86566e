import { type Json, resolve, type Shape, shapeOf } from "./schemas.ts"

/** One fact of an operation that two documents see differently; absent is undefined. */
export interface Difference {
  /** such as `GET /v2/images` */
  readonly operation: string
  /** where: a parameter, the body, a status, or a place in one of our models, such as `image.regions[]` */
  readonly at: string
  /** what: `there`, `required`, `type`, `enum`, `minimum` ... */
  readonly fact: string
  readonly ours: string | undefined
  readonly theirs: string | undefined
}

const methods = ["get", "post", "put", "delete", "patch"] as const

/** The operations of a document by method and path, with parameters identified by their place alone. */
export const operationsOf = (document: Json): ReadonlyMap<string, Json> => {
  const paths = Object.entries((document["paths"] ?? {}) as Record<string, Json>)
  return new Map(
    paths.flatMap(([path, item]) =>
      methods.flatMap((method) =>
        item[method] === undefined ? [] : [[`${method.toUpperCase()} ${path}`, item[method] as Json] as const]
      )
    )
  )
}

/** Every fact of ours about an operation that `theirs` sees differently. */
export const compare = (ours: Json, theirs: Json): ReadonlyArray<Difference> =>
  [...operationsOf(ours)].flatMap(([operation, own]) => {
    const other = operationsOf(theirs).get(operation)
    if (other === undefined) return [{ operation, at: "operation", fact: "there", ours: "yes", theirs: undefined }]
    const scopes = { at: "token", fact: "scopes", ours: scopesOf(own), theirs: scopesOf(other) }
    return [scopes, ...walk(sidesOf(ours, own, theirs, other))]
      .filter(({ ours, theirs }) => ours !== theirs)
      .map((found) => ({ operation, ...found }))
  })

/** Every fact of a document, as differences from nothing. */
export const factsOf = (document: Json): ReadonlyArray<Difference> =>
  [...operationsOf(document)].flatMap(([operation, own]) => {
    const scopes = { at: "token", fact: "scopes", ours: scopesOf(own), theirs: scopesOf(own) }
    return [scopes, ...walk(sidesOf(document, own, document, own))].map((found) => ({ operation, ...found }))
  })

const scopesOf = ({ security }: Json): string =>
  ((security ?? []) as ReadonlyArray<Record<string, ReadonlyArray<string>>>)
    .flatMap((scheme) => Object.values(scheme).flat())
    .sort()
    .join(", ")

type Found = Omit<Difference, "operation">
type Place = readonly [at: string, ours: Side, theirs: Side]

/** One document's view of a place: what it says there, and whether it must be there. */
interface Side {
  readonly document: Json
  readonly schema: unknown
  readonly required: boolean | undefined
}

const sidesOf = (ours: Json, own: Json, theirs: Json, other: Json): ReadonlyArray<Place> => {
  const left = placesOf(ours, own)
  const right = placesOf(theirs, other)
  const none = (document: Json): Side => ({ document, schema: undefined, required: undefined })
  return [...new Set([...left.keys(), ...right.keys()])].map((at) => [
    at,
    left.get(at) ?? none(ours),
    right.get(at) ?? none(theirs)
  ])
}

const placesOf = (document: Json, operation: Json): ReadonlyMap<string, Side> => {
  const parameters = ((operation["parameters"] ?? []) as ReadonlyArray<Json>).map((one) => resolve(document, one))
  const body = operation["requestBody"] === undefined ? undefined : resolve(document, operation["requestBody"])
  const responses = Object.entries((operation["responses"] ?? {}) as Record<string, Json>)
  return new Map<string, Side>([
    ...parameters.map(
      ({ in: where, name, required, schema }) =>
        [`${where} ${name}`, { document, schema, required: required === true }] as const
    ),
    ...(body === undefined
      ? []
      : [["body", { document, schema: contentOf(body), required: body["required"] === true }] as const]),
    ...responses.map(([status, response]) => {
      const schema = contentOf(resolve(document, response)) ?? {}
      return [status, { document, schema, required: undefined }] as const
    })
  ])
}

const contentOf = (message: Json): unknown =>
  (message["content"] as Record<string, Json> | undefined)?.["application/json"]?.["schema"]

const walk = (places: ReadonlyArray<Place>): ReadonlyArray<Found> =>
  places.flatMap(([at, ours, theirs]) => {
    const there = { at, fact: "there", ours: isThere(ours), theirs: isThere(theirs) }
    if (ours.schema === undefined || theirs.schema === undefined) return [there]
    const left = shapeOf(ours.document, ours.schema)
    const right = shapeOf(theirs.document, theirs.schema)
    const place = left.model === undefined || left.model.startsWith("Error_") ? at : left.model
    const required = { at, fact: "required", ours: written(ours.required), theirs: written(theirs.required) }
    return [
      there,
      ...(ours.required === undefined ? [] : [required]),
      ...walkShapes(place, [ours, left], [theirs, right])
    ]
  })

type Sided = readonly [side: Side, shape: Shape]

const walkShapes = (at: string, [ours, left]: Sided, [theirs, right]: Sided): ReadonlyArray<Found> => {
  const facts = keys(left.facts, right.facts).map((fact) => ({
    at,
    fact,
    ours: left.facts.get(fact),
    theirs: right.facts.get(fact)
  }))
  const variants = keys(left.variants, right.variants).flatMap((label): ReadonlyArray<Found> => {
    const [a, b] = [left.variants.get(label), right.variants.get(label)]
    const there = { at: `${at} (${label})`, fact: "there", ours: a && "yes", theirs: b && "yes" }
    return [there, ...(a && b ? walkShapes(there.at, [ours, a], [theirs, b]) : [])]
  })
  const side = ({ document }: Side, shape: Shape, name: string): Side => ({
    document,
    schema: shape.properties.get(name),
    required: shape.required.has(name)
  })
  const properties = keys(left.properties, right.properties)
    .filter((name) => !at.startsWith("body") || !isReadOnly(theirs.document, right.properties.get(name)))
    .map((name): Place => [`${at}.${name}`, side(ours, left, name), side(theirs, right, name)])
  const items: ReadonlyArray<Place> =
    left.items === undefined && right.items === undefined
      ? []
      : [
          [
            `${at}[]`,
            { ...ours, schema: left.items, required: undefined },
            { ...theirs, schema: right.items, required: undefined }
          ]
        ]
  return [...facts, ...variants, ...walk([...properties, ...items])]
}

/** What only answers have is written beside what requests have. */
const isReadOnly = (document: Json, schema: unknown) => resolve(document, schema)["readOnly"] === true

const keys = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>) => [
  ...new Set([...a.keys(), ...b.keys()])
]

const isThere = ({ schema }: Side) => (schema === undefined ? undefined : "yes")

const written = (required: boolean | undefined) => (required === undefined ? undefined : required ? "yes" : "no")
