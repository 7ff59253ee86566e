/** A JSON Schema, or a document of OpenAPI, as it was read. */
export interface Json {
  readonly [key: string]: unknown
}

/** What a schema says, whether it is written by Effect or in OpenAPI 3.0. */
export interface Shape {
  /** the name of one of our models, if it is one */
  readonly model: string | undefined
  /** `type`, `enum`, `minimum` and the like */
  readonly facts: ReadonlyMap<string, string>
  readonly properties: ReadonlyMap<string, Json>
  readonly required: ReadonlySet<string>
  readonly items: Json | undefined
  /** of a union of objects, each by what tells it from the others */
  readonly variants: ReadonlyMap<string, Shape>
}

/** Follows references. */
export const resolve = (document: Json, value: unknown): Json => {
  const json = (value ?? {}) as Json
  if (typeof json["$ref"] !== "string") return json
  const path = json["$ref"].slice("#/".length).split("/")
  return resolve(
    document,
    path.reduce((at: unknown, key) => (at as Json)[key], document)
  )
}

/** What a schema of a document says. */
export const shapeOf = (document: Json, schema: unknown): Shape => {
  const ref = (schema as Json | undefined)?.["$ref"]
  const json = resolve(document, schema)
  const own: Shape = {
    model: typeof ref === "string" ? ref.split("/").at(-1) : undefined,
    facts: factsOf(json),
    properties: propertiesOf(json),
    required: new Set(json["required"] as ReadonlyArray<string> | undefined),
    items: json["items"] as Json | undefined,
    variants: new Map()
  }
  const all = ((json["allOf"] ?? []) as ReadonlyArray<Json>).map((one) => shapeOf(document, one))
  const shape = withUnion(document, all.reduce(both, own), json)
  const isObject = shape.properties.size + shape.variants.size > 0
  return isObject ? { ...shape, facts: new Map([["type", "object"], ...shape.facts]) } : shape
}

const factNames = ["format", "minLength", "maxLength", "pattern", "minItems", "maxItems", "minimum", "maximum"]

const factsOf = (json: Json): ReadonlyMap<string, string> => {
  const facts = new Map<string, string>()
  const values = json["enum"] as ReadonlyArray<unknown> | undefined
  const type = values?.every(Number.isInteger) === true ? "integer" : json["type"]
  if (type !== undefined) facts.set("type", json["nullable"] === true ? `${type} or null` : String(type))
  if (values !== undefined) facts.set("enum", values.map(String).sort().join(", "))
  for (const name of factNames) {
    const value = json[name]
    // what every integer of ours is
    const isSafe = typeof value === "number" && Math.abs(value) === Number.MAX_SAFE_INTEGER
    // the width of a number tells nothing that JSON can hold, and an escape that escapes nothing is no constraint
    const isWidth = name === "format" && ["float", "double", "int32", "int64"].includes(String(value))
    if (value !== undefined && !isSafe && !isWidth) facts.set(name, String(value).replace("\\-\\:]", ":-]"))
  }
  return facts
}

/** The properties of an object; of a record the one property `*`. */
const propertiesOf = (json: Json): Shape["properties"] => {
  const rest = json["additionalProperties"]
  const own = Object.entries((json["properties"] ?? {}) as Record<string, Json>)
  return new Map(typeof rest === "object" ? [...own, ["*", rest as Json]] : own)
}

/** Both hold. */
const both = (a: Shape, b: Shape): Shape => {
  const properties = new Map(a.properties)
  for (const [name, schema] of b.properties) {
    const before = properties.get(name)
    properties.set(name, before === undefined ? schema : { allOf: [before, schema] })
  }
  return {
    model: a.model,
    facts: new Map([...a.facts, ...b.facts]),
    properties,
    required: new Set([...a.required, ...b.required]),
    items: b.items ?? a.items,
    variants: new Map([...a.variants, ...b.variants])
  }
}

/** One of several holds: null is folded into the type, plain values into one another, and objects are kept apart. */
const withUnion = (document: Json, own: Shape, json: Json): Shape => {
  const members = (json["anyOf"] ?? json["oneOf"] ?? []) as ReadonlyArray<Json>
  const rest = members.filter((member) => member["type"] !== "null")
  const [first] = rest
  if (first === undefined) return own
  const shapes = rest.map((member) => shapeOf(document, member))
  const [only] = shapes
  if (rest.length === 1 && only !== undefined) return members.length === 1 ? only : orNull(only)
  if (shapes.every(({ properties }) => properties.size === 0)) {
    const types = shapes.map(({ facts }) => facts.get("type") ?? "any").sort()
    return { ...own, facts: new Map([...own.facts, ["type", types.join(" or ")]]) }
  }
  const variants = new Map<string, Shape>()
  for (const [label, shape] of labelled(document, rest, shapes, json)) {
    const before = variants.get(label)
    variants.set(label, before === undefined ? shape : both(before, shape))
  }
  const [single] = variants.values()
  return variants.size === 1 && single !== undefined ? both(own, single) : { ...own, variants }
}

const orNull = (shape: Shape): Shape => ({
  ...shape,
  facts: new Map([...shape.facts, ["type", `${shape.facts.get("type")} or null`]])
})

/** Each object of a union by its `type`, as the discriminator or its own literals say, or else by what it requires. */
const labelled = (
  document: Json,
  members: ReadonlyArray<Json>,
  shapes: ReadonlyArray<Shape>,
  json: Json
): ReadonlyArray<readonly [label: string, shape: Shape]> => {
  const mapping = (json["discriminator"] as { readonly mapping?: Record<string, string> } | undefined)?.mapping
  if (mapping !== undefined) {
    return Object.entries(mapping).map(([type, $ref]) => [`type: ${type}`, withoutType(shapeOf(document, { $ref }))])
  }
  return members.flatMap((_, index) => {
    const shape = shapes[index] as Shape
    const types = shapeOf(document, shape.properties.get("type")).facts.get("enum")?.split(", ")
    if (types !== undefined) return types.map((type) => [`type: ${type}`, withoutType(shape)] as const)
    return [[[...shape.required].sort().join(", "), shape] as const]
  })
}

const withoutType = (shape: Shape): Shape => ({
  ...shape,
  properties: new Map([...shape.properties].filter(([name]) => name !== "type"))
})
