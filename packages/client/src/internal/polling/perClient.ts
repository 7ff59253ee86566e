import type { DigitalOceanClient } from "../../DigitalOceanClient.ts"

/** Memoizes a value per client, so that all services of a client share it. */
export const perClient = <A>(
  make: (client: DigitalOceanClient["Service"]) => A
): ((client: DigitalOceanClient["Service"]) => A) => {
  const values = new WeakMap<DigitalOceanClient["Service"], { readonly value: A }>()
  return (client) => {
    const entry = values.get(client) ?? { value: make(client) }
    values.set(client, entry)
    return entry.value
  }
}
