import * as Predicate from "effect/Predicate"
import { digitalOcean, isLoopback } from "../request/baseUrl.ts"

/**
 * Returns the number of the next page. It is null if there is no link (`links` missing, empty, or with `pages: null`),
 * and undefined if the link has no page number, or points to a host other than those of `baseUrl` and DigitalOcean.
 * Only the page number is used: no request is sent to the link.
 */
export const next = (links: unknown, baseUrl = digitalOcean): number | null | undefined => {
  const pages = Predicate.hasProperty(links, "pages") ? links.pages : undefined
  const link = Predicate.hasProperty(pages, "next") ? pages.next : undefined
  if (link === undefined || link === null || link === "") return null
  if (typeof link !== "string" || !URL.canParse(link, baseUrl)) return undefined
  const { hostname, searchParams } = new URL(link, baseUrl)
  if (!isTrustedHost(hostname, new URL(baseUrl).hostname)) return undefined
  const page = searchParams.getAll("page")
  return page.length === 1 && /^[1-9]\d{0,14}$/.test(page[0]!) ? Number(page[0]) : undefined
}

/** Behind a proxy, links point to DigitalOcean's host. */
const isTrustedHost = (host: string, base: string): boolean =>
  host === base || host === new URL(digitalOcean).hostname || (isLoopback(host) && isLoopback(base))
