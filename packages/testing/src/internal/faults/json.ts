/** What an edit does to a key of an object, or an index of a list. */
type Edit = (container: Record<string, unknown>, key: string) => void

/** Edits every place that matches a path such as `images.*.tags`. */
const edit = (value: unknown, [key, ...rest]: ReadonlyArray<string>, run: Edit): void => {
  if (key === undefined || typeof value !== "object" || value === null) return
  const container = value as Record<string, unknown>
  for (const one of key === "*" ? Object.keys(container) : [key]) {
    if (rest.length === 0) run(container, one)
    else if (Object.hasOwn(container, one)) edit(container[one], rest, run)
  }
}

/** Removes a field from JSON text. */
export const remove = (text: string, field: string): string =>
  edited(text, field, (container, key) => {
    if (Array.isArray(container)) container.splice(Number(key), 1)
    else delete container[key]
  })

/** Sets a field of JSON text. */
export const set = (text: string, field: string, value: unknown): string =>
  edited(text, field, (container, key) => {
    container[key] = value
  })

/** Duplicates a field of JSON text: a parser uses the second. */
export const duplicate = (text: string, field: string, value: unknown): string => {
  const twin = (key: string) => `${key} (the second)`
  const keys = new Set<string>()
  const marked = edited(text, field, (container, key) => {
    if (Array.isArray(container) || !(key in container)) return
    keys.add(key)
    const entries = Object.entries(container)
    for (const [name] of entries) delete container[name]
    for (const [name, old] of entries) {
      container[name] = old
      if (name === key) container[twin(key)] = value === undefined ? old : value
    }
  })
  return [...keys].reduce(
    (text, key) => text.replaceAll(`${JSON.stringify(twin(key))}:`, `${JSON.stringify(key)}:`),
    marked
  )
}

const edited = (text: string, field: string, run: Edit): string => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return text
  }
  edit(json, field.split("."), run)
  return JSON.stringify(json)
}

/** Returns the ids of the actions in a response: a single one, those of a list, and those of its links. */
export const actionIds = (text: string): ReadonlyArray<number> => {
  try {
    const { action, actions, links } = JSON.parse(text) as Response
    return [...(action === undefined ? [] : [action]), ...(actions ?? []), ...(links?.actions ?? [])].map(
      ({ id }) => id
    )
  } catch {
    return []
  }
}

interface Response {
  readonly action?: { readonly id: number }
  readonly actions?: ReadonlyArray<{ readonly id: number }>
  readonly links?: { readonly actions?: ReadonlyArray<{ readonly id: number }> }
}
