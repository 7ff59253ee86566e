import * as DigitalOcean from "../../src/DigitalOcean.ts"
import * as Ensure from "../../src/Ensure.ts"
import { RecordingClient } from "@effect-digitalocean/testing"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

const snapshot = (id: number, created_at: string) => ({ id, name: `web-${id}`, type: "snapshot", created_at })

it.effect("inspectSnapshots returns the newest snapshot first, in whatever order they are listed", () =>
  Effect.gen(function* () {
    const services = yield* DigitalOcean.make({ token: Redacted.make("any") })
    const { snapshots } = yield* Effect.provide(Ensure.inspectSnapshots(7), services)
    assert.deepStrictEqual(
      snapshots.map(({ id }) => Number(id)),
      [4, 3, 2, 5]
    )
  }).pipe(
    Effect.provide(
      RecordingClient.layer([
        RecordingClient.json({ actions: [], links: {}, meta: { total: 0 } }),
        RecordingClient.json({
          snapshots: [
            snapshot(5, "2026-11-20T03:00:00Z"),
            snapshot(3, "2026-11-22T03:00:00Z"),
            snapshot(2, "2026-11-21T03:00:00Z"),
            snapshot(4, "2026-11-22T03:00:00Z")
          ],
          links: {},
          meta: { total: 4 }
        })
      ])
    )
  )
)
