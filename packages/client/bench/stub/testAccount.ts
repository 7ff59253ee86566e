import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { serve } from "../harness/child.ts"
import { type JobName, seeds } from "../simulation/accounts.ts"

const methods = {
  /** Serves the account of a job, without a rate limit, on a free loopback port, and returns the address. */
  listen: (name: JobName): Promise<string> => {
    const account = TestDigitalOcean.layerServer({ seed: seeds[name], limits: { minute: 1e9, hour: 1e9 } })
    const server = NodeHttpServer.layer(() => createServer(), { port: 0, host: "127.0.0.1" })
    const runtime = ManagedRuntime.make(Layer.provideMerge(account, server))
    return runtime.runPromise(HttpServer.addressFormattedWith(Effect.succeed))
  }
}

/** The methods of the process that serves an account. */
export type TestAccount = typeof methods

serve(methods)
