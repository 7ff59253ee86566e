import { start } from "./harness/child.ts"
import { median, ratio } from "./harness/measure.ts"
import type { Bench } from "./harness/report.ts"
import type { Decoder } from "./workers/decode.ts"

const measure = async (...node: ReadonlyArray<string>) => {
  const decoder = await start<Decoder>(new URL("./workers/decode.ts", import.meta.url), { node })
  const taken = await decoder.call("measure", { batch: 60, rounds: 40 })
  await decoder.stop()
  return { ...taken, ratio: ratio(taken.decode, taken.parse) }
}

/** The text of a page of 200 images to models, parsing included. */
export const decode: Bench = {
  name: "decode",
  what: "the text of a page of 200 images to models, parsing included, beside JSON.parse alone",
  seconds: 10,
  run: async () => {
    const plain = await measure()
    const jit = await measure("--import=effect/schema/SchemaJITCompiler/enable")
    const beside = (taken: typeof plain) =>
      `${median(taken.decode).toFixed(0)} us to ${median(taken.parse).toFixed(0)} us`
    return {
      json: { jitVsJsonParse: jit.ratio, plainVsJsonParse: plain.ratio },
      rows: [
        { what: "with the schema JIT", value: jit.ratio, atMost: 2.3, beside: beside(jit) },
        { what: "without", value: plain.ratio, atMost: 3.4, beside: beside(plain) },
        { what: "text", value: plain.bytes / 1000, unit: "KB" }
      ]
    }
  }
}
