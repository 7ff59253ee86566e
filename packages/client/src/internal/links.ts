import * as Predicate from "effect/Predicate"

/**
 * The number of the next page: null when there is no link (`links` absent, empty, or with `pages: null`), undefined
 * when there is one without a page number. Only the number is read: wherever a link leads, nothing is sent there.
 */
export const next = (links: unknown): number | null | undefined => {
  const pages = Predicate.hasProperty(links, "pages") ? links.pages : undefined
  const link = Predicate.hasProperty(pages, "next") ? pages.next : undefined
  if (link === undefined || link === null || link === "") return null
  if (typeof link !== "string" || !URL.canParse(link, "https://relative.invalid")) return undefined
  const page = new URL(link, "https://relative.invalid").searchParams.getAll("page")
  return page.length === 1 && /^[1-9]\d{0,14}$/.test(page[0]!) ? Number(page[0]) : undefined
}
