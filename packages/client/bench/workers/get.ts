import { Images } from "@effect-digitalocean/client"
import * as Effect from "effect/Effect"
import { serve } from "../harness/child.ts"
import { cpu } from "../harness/measure.ts"
import { load } from "../peers.ts"
import { account, wide } from "./account.ts"

/** Reads one image once; answers its id. */
type Get = () => Promise<number | undefined>

/** An image without tags, as dots fails on any other. */
const imageId = 1_000_776
const headers = { accept: "application/json", authorization: "Bearer bench" }

/** Sends many requests, 50 at once. */
const fifty = (get: Get) => async (count: number) => {
  let left = count
  const lane = async () => {
    while (left > 0) {
      left -= 1
      if ((await get()) !== imageId) throw new Error("that was another image")
    }
  }
  await Promise.all(Array.from({ length: 50 }, lane))
}

const contenders: { readonly [name: string]: (address: string) => Promise<(count: number) => Promise<unknown>> } = {
  undici: async (address) => {
    const { Agent, request } = await load("undici")
    const dispatcher = new Agent()
    return fifty(async () => {
      const { body } = await request(`${address}/v2/images/${imageId}`, { dispatcher, headers })
      return JSON.parse(await body.text()).image.id
    })
  },
  fetch: async (address) =>
    fifty(async () => {
      const response = await fetch(`${address}/v2/images/${imageId}`, { headers })
      return ((await response.json()) as { image: { id: number } }).image.id
    }),
  "dots-wrapper": async (address) => {
    const { createApiClient } = await load("dots-wrapper")
    const { image } = createApiClient({ token: "bench", endpoint: `${address}/v2` })
    return fifty(async () => (await image.getImage({ image_id: imageId })).data.image.id)
  },
  "do-wrapper": async (address) => {
    const { default: DigitalOcean } = (await load("do-wrapper")).default
    const { images } = new DigitalOcean("bench")
    // it knows no other address than DigitalOcean's
    images.requestHelper.apiUrl = `${address}/v2/`
    return fifty(async () => (await images.getByIdOrSlug(String(imageId))).image.id)
  },
  dots: async (address) => {
    const { createDigitalOceanClient, DigitalOceanApiKeyAuthenticationProvider } = await load("@digitalocean/dots")
    const { FetchRequestAdapter } = await load("@microsoft/kiota-http-fetchlibrary")
    const adapter = new FetchRequestAdapter(new DigitalOceanApiKeyAuthenticationProvider("bench"))
    adapter.baseUrl = address
    const { images } = createDigitalOceanClient(adapter).v2
    return fifty(async () => (await images.byImage_id(imageId).get())?.image?.id)
  },
  ours: async (address) => {
    const runtime = account(address, wide)
    const images = await runtime.runPromise(Images.Images)
    const checked = Effect.flatMap(images.get(imageId), ({ id }) =>
      id === imageId ? Effect.void : Effect.die(new Error("that was another image"))
    )
    return (count) =>
      runtime.runPromise(Effect.forEach(Array(count), () => checked, { concurrency: 50, discard: true }))
  }
}

let run: ((count: number) => Promise<unknown>) | undefined

const methods = {
  /** Makes a client, and warms it. */
  prepare: async ({ address, name }: { readonly address: string; readonly name: string }) => {
    run = await contenders[name]!(address)
    await run(10_000)
  },
  /** Microseconds of CPU that this process spends on one request. */
  measure: async (count: number) => (await cpu(() => run!(count))) / count
}

/** What a reading process can be asked. */
export type Reader = typeof methods

serve(methods)
