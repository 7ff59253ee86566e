/**
 * Writes `specification.json`: the facts of DigitalOcean's official specification that this repository compares itself
 * with, without its prose. Run it on a bundled copy of the specification when that has a new revision:
 *
 * `node_modules/.bin/node packages/testing/test/contract/extract.ts FILE REVISION`
 */
import { readFileSync, writeFileSync } from "node:fs"
import { openApi } from "./openApi.ts"

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** What only people read, and what describes code samples and pages. */
const prose = new Set(["description", "summary", "title", "externalDocs", "operationId", "tags", "servers", "info"])

/** Keys below which every key is a name, and none a keyword. */
const maps = new Set(["properties", "paths", "responses", "schemas", "parameters", "headers", "examples", "mapping"])

/** Keys whose values are data. */
const data = new Set(["example", "value", "default", "enum", "required", "const"])

const withoutProse = (value: unknown, isMap = false): unknown => {
  if (Array.isArray(value)) return value.map((element) => withoutProse(element))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isMap || !(prose.has(key) || key.startsWith("x-")))
      .map(([key, part]) => [key, !isMap && data.has(key) ? part : withoutProse(part, !isMap && maps.has(key))])
  )
}

/** The references in a value, such as `#/components/schemas/image`. */
const references = (value: unknown): ReadonlyArray<string> => {
  if (Array.isArray(value)) return value.flatMap(references)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, part]) => (key === "$ref" ? [String(part)] : references(part)))
}

const at = (document: Json, reference: string): unknown =>
  reference
    .slice(2)
    .split("/")
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), document)

const shape = (path: string) => path.replace(/\{\w+\}/g, "{}")

/** The facts about the paths that the contract declares, and all that they refer to. */
const extract = (document: Json, revision: string): Json => {
  const declared = new Set(Object.keys(openApi()["paths"] as Json).map(shape))
  const paths = Object.fromEntries(
    Object.entries(document["paths"] as Json).filter(([path]) => declared.has(shape(path)))
  )
  const stripped = withoutProse({ ...document, paths }) as Json
  const needed = new Set(references(stripped["paths"]))
  for (const reference of needed) for (const further of references(at(stripped, reference))) needed.add(further)
  const components: Record<string, Record<string, unknown>> = {}
  for (const reference of [...needed].sort()) {
    const [, , kind = "", name = ""] = reference.split("/")
    components[kind] ??= {}
    components[kind][name] = at(stripped, reference)
  }
  const source = "the specification of DigitalOcean's API, without its prose and what this repository does not declare"
  return {
    "x-source": source,
    "x-revision": revision,
    "x-license": "Apache-2.0",
    openapi: document["openapi"],
    paths: stripped["paths"],
    components
  }
}

const [file = "", revision = ""] = process.argv.slice(2)
const facts = extract(JSON.parse(readFileSync(file, "utf8")) as Json, revision)
writeFileSync(new URL("specification.json", import.meta.url), `${JSON.stringify(facts)}\n`)
