/**
 * How deep JSON is nested. What writes it calls itself for each level, and ends with a stack trace where there are too
 * many: deeper JSON is refused where a command line brings it in, as the client refuses it in a response.
 *
 * @since 0.1.0
 */

/**
 * The deepest JSON that is taken, in levels of arrays and objects.
 *
 * @since 0.1.0
 */
export const deepest = 100

/**
 * Whether JSON has more levels than that. Takes the same little stack for any depth.
 *
 * @since 0.1.0
 */
export const isTooDeep = (json: unknown): boolean => {
  let level: ReadonlyArray<object> = [json].filter(isNested)
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === deepest) return true
    level = level.flatMap((value) => Object.values(value).filter(isNested))
  }
  return false
}

const isNested = (value: unknown): value is object => typeof value === "object" && value !== null
