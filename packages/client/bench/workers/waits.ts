import { Action, Actions } from "@effect-digitalocean/client"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { serve } from "../harness/child.ts"
import { account } from "./account.ts"

/** An action as the answer to its POST had it, and when it begins and ends. */
interface Started {
  readonly action: unknown
  readonly beginsAt: number
  readonly endsAt: number
}

const methods = {
  /** Waits for all of them, each from its beginning on; answers how many milliseconds after its end each wait ended. */
  waits: async ({ address, started }: { readonly address: string; readonly started: ReadonlyArray<Started> }) => {
    const lag = Effect.fnUntraced(function* ({ action, beginsAt, endsAt }: Started) {
      const first = yield* Schema.decodeUnknownEffect(Action.Action)(action)
      yield* Effect.sleep(Math.max(0, beginsAt - Date.now()))
      const actions = yield* Actions.Actions
      yield* actions.await(first)
      return Date.now() - endsAt
    })
    const runtime = account(address)
    const lags = await runtime.runPromise(Effect.forEach(started, lag, { concurrency: "unbounded" }))
    await runtime.dispose()
    return lags
  }
}

/** What the waiting process can be asked. */
export type Waits = typeof methods

serve(methods)
