import { Images } from "@effect-digitalocean/client"
import * as Effect from "effect/Effect"
import { serve } from "../harness/child.ts"
import { cpu, interleaved } from "../harness/measure.ts"
import * as Bodies from "../stub/bodies.ts"

const url = new URL("http://127.0.0.1/v2/images?page=2&per_page=200")
const text = JSON.stringify(
  Bodies.page(url, "images", 10_000, (from, to) => Array.from({ length: to - from }, (_, i) => Bodies.image(from + i)))
)
const read = Images.endpoints.list.decode!

/** Keeps the optimizer from leaving out what nobody looks at. */
let last: unknown

const parse = (count: number) =>
  cpu(() => {
    for (let i = 0; i < count; i++) last = JSON.parse(text)
  })

const decode = (count: number) =>
  cpu(() => {
    for (let i = 0; i < count; i++) last = Effect.runSync(read(JSON.parse(text)))
  })

const methods = {
  /** Microseconds for one page, alternately parsed only and decoded, in batches. */
  measure: async ({ batch, rounds }: { readonly batch: number; readonly rounds: number }) => {
    await decode(300)
    await parse(300)
    if ((last as ReadonlyArray<unknown>) === undefined) throw new Error("nothing was decoded")
    const taken = await interleaved(rounds, { decode: () => decode(batch), parse: () => parse(batch) })
    return {
      bytes: text.length,
      decode: taken.decode.map((us) => us / batch),
      parse: taken.parse.map((us) => us / batch)
    }
  }
}

/** What a decoding process can be asked. */
export type Decoder = typeof methods

serve(methods)
