import { Replicate, Report } from "@effect-digitalocean/jobs"
import * as Effect from "effect/Effect"
import { serve } from "../harness/child.ts"
import { timed } from "../harness/measure.ts"
import { account, wide } from "./account.ts"

/** Images, and where to replicate each. */
export interface Replications {
  readonly address: string
  readonly images: ReadonlyArray<number>
  readonly regions: ReadonlyArray<string>
  /** whether requests are limited as for DigitalOcean */
  readonly isLimited: boolean
}

const methods = {
  /** Runs a job for each image, all at once; returns milliseconds and the most memory of this process. */
  replicate: async ({ address, images, isLimited, regions }: Replications) => {
    const runtime = account(address, isLimited ? {} : wide)
    // tried again, as durable jobs are: a connection can be closed while a request is sent
    const job = (image: number) =>
      Effect.retry(Effect.flatMap(Replicate.execute({ images: [image], regions }), Report.orFail), { times: 4 })
    const ms = await timed(() => runtime.runPromise(Effect.forEach(images, job, { concurrency: "unbounded" })))
    await runtime.dispose()
    return { ms, peakMb: process.resourceUsage().maxRSS / 1024 }
  }
}

/** The methods of one process without durable jobs. */
export type PlainReplications = typeof methods

serve(methods)
