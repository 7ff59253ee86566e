import { InvalidInput } from "../../DigitalOceanError.ts"

/** The default base URL. */
export const digitalOcean = "https://api.digitalocean.com"

/** Whether a host name is the local machine. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host)

/** Validates a base URL, to which the token is sent, and returns it without a trailing slash. */
export const parse = (input: string | URL): string | InvalidInput => {
  const invalid = (problem: string) => new InvalidInput({ field: "baseUrl", problem })
  let url: URL
  try {
    url = new URL(input)
  } catch {
    return invalid("expected an absolute URL such as https://api.digitalocean.com")
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return invalid(`expected https, got ${url.protocol}`)
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return invalid(`http would send the token unencrypted: use https for ${url.hostname}`)
  }
  if (url.username !== "" || url.password !== "") return invalid("must not contain a user name or a password")
  if (url.search !== "" || url.hash !== "") return invalid("must not contain a query or a fragment")
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`
}
