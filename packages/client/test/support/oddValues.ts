/**
 * The values of every other type, and of the same type but invalid, that a field of a response is replaced by, as JSON;
 * undefined for a field that is absent.
 */
export const oddValues: ReadonlyArray<readonly [name: string, json: string | undefined]> = [
  ["null", "null"],
  ["absent", undefined],
  ["empty text", '""'],
  ["0", "0"],
  ["-1", "-1"],
  ["1.5", "1.5"],
  ["an integer beyond 2^53", "9007199254740993"],
  ["NaN as text", '"NaN"'],
  ["true", "true"],
  ["an empty list", "[]"],
  ["a list of odd elements", '[null, 0, "", {}, [], 7]'],
  ["an empty object", "{}"],
  ["an object", '{ "id": {}, "slug": 7, "message": [], "__proto__": 1 }'],
  ["a long text", JSON.stringify("x".repeat(10_000))],
  ["a date that no calendar has", '"2026-02-31T24:00:00Z"'],
  ["deep nesting", `${"[".repeat(1000)}${"]".repeat(1000)}`]
]

export type Path = ReadonlyArray<string | number>

/** The paths of every value in a JSON value, including the whole. */
export const places = (json: unknown, path: Path = []): ReadonlyArray<Path> => {
  if (typeof json !== "object" || json === null) return [path]
  const entries: ReadonlyArray<readonly [string | number, unknown]> = Array.isArray(json)
    ? [...json.entries()]
    : Object.entries(json)
  return [path, ...entries.flatMap(([key, value]) => places(value, [...path, key]))]
}

/** A JSON value as text, in which the value at one path is replaced by other JSON. */
export const replaced = (json: unknown, path: Path, other: string | undefined): string =>
  (JSON.stringify(marked(json, path, other === undefined ? undefined : mark)) ?? "").replace(
    `"${mark}"`,
    () => other ?? ""
  )

const mark = "another value"

const marked = (json: unknown, [key, ...rest]: Path, value: unknown): unknown => {
  if (key === undefined) return value
  const inner = marked((json as Record<string, unknown>)[key], rest, value)
  // an element of a list that is absent leaves the list shorter
  if (Array.isArray(json)) return json.flatMap((one, i) => (i !== key ? [one] : inner === undefined ? [] : [inner]))
  return { ...(json as object), [key]: inner }
}

/** A path as errors write it: `images[3].id`. */
export const written = (path: Path): string =>
  path.reduce<string>(
    (text, key) => text + (typeof key === "number" ? `[${key}]` : `${text === "" ? "" : "."}${key}`),
    ""
  )
