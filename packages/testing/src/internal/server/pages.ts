/** Returns one page of rows with DigitalOcean's links to the others; without links if there is only one page. */
export const page = <A>(
  rows: ReadonlyArray<A>,
  query: { readonly page?: number; readonly per_page?: number },
  url: URL
) => {
  const number = query.page ?? 1
  const size = query.per_page ?? 20
  const last = Math.max(1, Math.ceil(rows.length / size))
  const link = (page: number) => {
    const to = new URL(url)
    to.searchParams.set("page", String(page))
    return to.toString()
  }
  const pages = {
    ...(number > 1 ? { first: link(1), prev: link(Math.min(number - 1, last)) } : undefined),
    ...(number < last ? { next: link(number + 1), last: link(last) } : undefined)
  }
  return {
    rows: rows.slice((number - 1) * size, number * size),
    links: number === 1 && last === 1 ? {} : { pages },
    meta: { total: rows.length }
  }
}
