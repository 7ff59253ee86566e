import * as Predicate from "effect/Predicate"
import { digitalOcean, isLoopback } from "../request/baseUrl.ts"

/**
 * The number of the next page: null when there is no link (`links` absent, empty, or with `pages: null`), undefined
 * when there is one without a page number, or one that leads neither to `baseUrl` nor to DigitalOcean: an answer that
 * sends its reader elsewhere is not believed. Only the number is read: wherever a link leads, nothing is sent there.
 */
export const next = (links: unknown, baseUrl = digitalOcean): number | null | undefined => {
  const pages = Predicate.hasProperty(links, "pages") ? links.pages : undefined
  const link = Predicate.hasProperty(pages, "next") ? pages.next : undefined
  if (link === undefined || link === null || link === "") return null
  if (typeof link !== "string" || !URL.canParse(link, baseUrl)) return undefined
  const { hostname, searchParams } = new URL(link, baseUrl)
  if (!isHome(hostname, new URL(baseUrl).hostname)) return undefined
  const page = searchParams.getAll("page")
  return page.length === 1 && /^[1-9]\d{0,14}$/.test(page[0]!) ? Number(page[0]) : undefined
}

/** Behind a proxy the links are DigitalOcean's own. */
const isHome = (host: string, base: string): boolean =>
  host === base || host === new URL(digitalOcean).hostname || (isLoopback(host) && isLoopback(base))
