/** A request that was sent to the account, and the status of its response. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly status: number
  /** in milliseconds */
  readonly at: number
}

/** The method of a request and the template of its path. */
const routeOf = ({ method, path }: Sent): string =>
  `${method} ${path.replace(/\/\d+(?=\/|$)/g, "/{id}").replace(/^(\/v2\/tags)\/[^/]+/, "$1/{name}")}`

/** The number of requests of each route, the most frequent first. */
export const byRoute = (requests: ReadonlyArray<Sent>): ReadonlyArray<readonly [route: string, count: number]> =>
  Object.entries(Object.groupBy(requests, routeOf))
    .map(([route, all]) => [route, all!.length] as const)
    .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))

/**
 * The maximum time in seconds from the end of the latest complete listing of images to a DELETE of one, in an account that
 * has a number of images at first. A listing is complete when its last page has been returned.
 */
export const listingAge = (requests: ReadonlyArray<Sent>, images: number): number => {
  let left = images
  let listedAt = Number.NEGATIVE_INFINITY
  let worst = 0
  for (const { at, method, path, query, status } of requests) {
    if (status > 299) continue
    const { page = 1, per_page = 20 } = query
    if (method === "GET" && path === "/v2/images" && Number(page) * Number(per_page) >= left) listedAt = at
    if (method !== "DELETE" || !/^\/v2\/images\/\d+$/.test(path)) continue
    worst = Math.max(worst, at - listedAt)
    left -= 1
  }
  return worst / 1000
}
