import { DigitalOceanApi } from "../../DigitalOceanApi.ts"

interface Operation {
  readonly id: string
  readonly method: string
  readonly path: RegExp
  readonly isWhole: boolean
}

/** A path whose segments may be parameters; `**` matches any rest. */
const pathOf = (template: string): RegExp => {
  const segments = template.split("/").map((segment) => {
    if (segment === "**") return ".*"
    if (segment === "*" || /^(:\w+|\{\w+\})$/.test(segment)) return "[^/]+"
    return segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  })
  return new RegExp(`^${segments.join("/")}/?$`)
}

const operations: ReadonlyArray<Operation> = Object.entries(DigitalOceanApi.groups).flatMap(([group, { endpoints }]) =>
  Object.entries(endpoints).map(([name, { method, path }]) => ({
    id: `${group}.${name}`,
    method,
    path: pathOf(path),
    isWhole: !path.includes(":")
  }))
)

/** The ids of the operations: their group and name in the contract. */
export const ids: ReadonlyArray<string> = operations.map(({ id }) => id)

const pattern = /^(\*|[A-Z]+) (\/\S*)$/

/** Whether a text is the id of an operation, or a method and a path. */
export const isPattern = (text: string): boolean => ids.includes(text) || pattern.test(text)

/** Says what was expected instead of an invalid text. */
export const expected = (text: string): string => {
  const group = text.slice(0, text.indexOf(".") + 1)
  const near = group === "" ? [] : ids.filter((id) => id.startsWith(group))
  const such = near.length > 0 ? `one of ${near.join(", ")}` : "an operation such as images.list"
  return `Expected ${such}, or a method and a path such as "POST /v2/images/*/actions", got ${JSON.stringify(text)}`
}

/** Whether a request matches a text. The operation of a request is the one with the most specific path. */
export const matcher = (text: string): ((method: string, path: string) => boolean) => {
  const [, method, template] = pattern.exec(text) ?? []
  if (method !== undefined && template !== undefined) {
    const fits = pathOf(template)
    return (given, path) => (method === "*" || method === given) && fits.test(path)
  }
  return (method, path) => idOf(method, path) === text
}

/** Returns the id of the operation of a request. */
export const idOf = (method: string, path: string): string | undefined => {
  const fitting = operations.filter((operation) => operation.method === method && operation.path.test(path))
  return (fitting.find(({ isWhole }) => isWhole) ?? fitting[0])?.id
}
