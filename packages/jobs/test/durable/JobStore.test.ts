import { JobStore } from "@effect-digitalocean/jobs/durable"
import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { behaviours } from "./storeContract.ts"

describe("a store in memory", () => {
  for (const [what, behaviour] of Object.entries(behaviours)) {
    it.effect(what, () => Effect.provide(JobStore.JobStore.use(behaviour), JobStore.layerMemory, { local: true }))
  }
})
