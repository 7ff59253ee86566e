import { JobStore } from "@effect-digitalocean/jobs/durable"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { behaviours } from "../durable/storeContract.ts"
import * as Database from "./database.ts"

describe("a store in Postgres", () => {
  for (const [what, behaviour] of Object.entries(behaviours)) {
    it.effect(what, () =>
      Effect.provide(JobStore.JobStore.use(behaviour), Layer.provide(PgJobStore.layer, Database.layer()), {
        local: true
      })
    )
  }
})
