import type { DigitalOceanClient } from "../../DigitalOceanClient.ts"

/** What is made once for each client, however many services are made of it. */
export const perClient = <A>(
  make: (client: DigitalOceanClient["Service"]) => A
): ((client: DigitalOceanClient["Service"]) => A) => {
  const made = new WeakMap<DigitalOceanClient["Service"], { readonly value: A }>()
  return (client) => {
    const known = made.get(client) ?? { value: make(client) }
    made.set(client, known)
    return known.value
  }
}
