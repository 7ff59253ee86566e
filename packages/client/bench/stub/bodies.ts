/** An image on the wire; a page of 200 is about 64 KB. */
export const image = (id: number) => ({
  id,
  name: `web-${id % 40}-2026-${String(1 + (id % 12)).padStart(2, "0")}-${String(1 + (id % 28)).padStart(2, "0")}T03-15-00Z`,
  distribution: ["Ubuntu", "Debian", "Fedora", "Rocky Linux"][id % 4]!,
  slug: null,
  public: false,
  regions: ["nyc3", "sfo3", "fra1"].slice(0, 1 + (id % 3)),
  created_at: new Date(Date.UTC(2026, id % 12, 1 + (id % 28), 3, 15, id % 60)).toISOString().replace(".000Z", "Z"),
  min_disk_size: 25 * (1 + (id % 4)),
  type: "snapshot",
  size_gigabytes: (id % 900) / 100 + 1.5,
  description: id % 2 === 0 ? "" : `nightly image of team ${id % 7}, kept for 30 days`,
  tags: ["golden", `team-${id % 7}`].slice(0, id % 3),
  status: "available",
  error_message: ""
})

const region = {
  name: "New York 3",
  slug: "nyc3",
  sizes: ["s-1vcpu-1gb", "s-1vcpu-2gb", "s-2vcpu-2gb", "s-2vcpu-4gb", "s-4vcpu-8gb", "c-2", "c-4", "g-2vcpu-8gb"],
  features: ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"],
  available: true
}

/** When an action begins and ends, in milliseconds since 1970. */
export interface Work {
  readonly id: number
  readonly image: number
  readonly beginsAt: number
  readonly endsAt: number
}

const second = (millis: number): string => new Date(millis).toISOString().replace(/\.\d+Z$/, "Z")

/** An action on the wire, as it is at a moment. */
export const action = ({ beginsAt, endsAt, id, image }: Work, now: number) => ({
  id,
  status: now < endsAt ? "in-progress" : "completed",
  type: "transfer",
  started_at: second(beginsAt),
  completed_at: now < endsAt ? null : second(endsAt),
  resource_id: image,
  resource_type: "image",
  region,
  region_slug: region.slug
})

/** A page of a collection, with DigitalOcean's links and total. */
export const page = (
  url: URL,
  key: string,
  total: number,
  rows: (from: number, to: number) => ReadonlyArray<unknown>
) => {
  const number = Number(url.searchParams.get("page") ?? 1)
  const size = Math.min(200, Number(url.searchParams.get("per_page") ?? 20))
  const last = Math.max(1, Math.ceil(total / size))
  const link = (to: number) => {
    const query = new URLSearchParams(url.searchParams)
    query.set("page", String(to))
    return `https://api.digitalocean.com${url.pathname}?${query}`
  }
  const backward = number > 1 ? { first: link(1), prev: link(number - 1) } : {}
  const forward = number < last ? { next: link(number + 1), last: link(last) } : {}
  return {
    [key]: rows((number - 1) * size, Math.min(total, number * size)),
    links: last === 1 ? {} : { pages: { ...backward, ...forward } },
    meta: { total }
  }
}
