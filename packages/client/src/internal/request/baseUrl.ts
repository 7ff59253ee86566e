import { InvalidInput } from "../../DigitalOceanError.ts"

/** Where requests go unless told otherwise. */
export const digitalOcean = "https://api.digitalocean.com"

/** Whether a host is this machine. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host)

/** Checks where the token would go; answers the URL without a slash at its end. */
export const parse = (input: string | URL): string | InvalidInput => {
  const refuse = (problem: string) => new InvalidInput({ field: "baseUrl", problem })
  let url: URL
  try {
    url = new URL(input)
  } catch {
    return refuse("expected an absolute URL such as https://api.digitalocean.com")
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return refuse(`expected https, got ${url.protocol}`)
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return refuse(`http would show the token to the network: use https for ${url.hostname}`)
  }
  if (url.username !== "" || url.password !== "") return refuse("must not hold a user or a password")
  if (url.search !== "" || url.hash !== "") return refuse("must not hold a query or a fragment")
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`
}
