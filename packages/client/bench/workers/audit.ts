import { Images } from "@effect-digitalocean/client"
import * as Stream from "effect/Stream"
import { serve } from "../harness/child.ts"
import type { JobName } from "../simulation/accounts.ts"
import { jobs } from "../simulation/jobs.ts"
import { account } from "./account.ts"

const methods = {
  /** Returns the maximum memory in MB during a job, in addition to that of a client that has listed 1,000 images before. */
  memory: async ({ address, name }: { readonly address: string; readonly name: JobName }): Promise<number> => {
    const runtime = account(address)
    const images = await runtime.runPromise(Images.Images)
    await runtime.runPromise(Stream.runDrain(Stream.take(images.list({ private: true }), 1000)))
    await new Promise((resolve) => setTimeout(resolve, 500))
    const idle = process.memoryUsage.rss()
    let most = idle
    const sample = () => {
      most = Math.max(most, process.memoryUsage.rss())
    }
    const timer = setInterval(sample, 2)
    await runtime.runPromise(jobs[name])
    sample()
    clearInterval(timer)
    return (most - idle) / 2 ** 20
  }
}

/** The methods of the process that audits. */
export type Auditor = typeof methods

serve(methods)
