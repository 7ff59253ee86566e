import type { Release } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "./crash.ts"

export const web = 413118204
export const begin = Date.parse("2026-11-25T03:10:00Z")

export const older = (day: string, id: number) => ({
  id,
  name: `web-2026-11-${day}T03-00-00-000Z`,
  created_at: `2026-11-${day}T03:00:00Z`,
  tags: ["release"]
})

/** A Droplet, three releases of it, and what only looks like one. */
export const seed = {
  droplets: [{ id: web, name: "web-01", images: [1, 2, 3, 4] }],
  images: [
    older("20", 1),
    older("21", 2),
    older("22", 3),
    { ...older("19", 4), tags: [] },
    { id: 5, name: "web-old-1", created_at: "2026-01-01T00:00:00Z", tags: ["release"] }
  ]
}

export const options: Release.Options = {
  droplet: web,
  series: "web",
  regions: ["ams3", "sfo3"],
  retire: { keep: { last: 2 }, timeZone: "UTC" }
}

export const at = <A, E, R>(program: Effect.Effect<A, E, R>) => Effect.andThen(TestClock.setTime(begin), program)

export const on = <A, E, R>(program: Effect.Effect<A, E, R>, account: TestDigitalOcean.Options = { seed }) =>
  Effect.provide(at(Crash.passing(Crash.as("any")(program))), TestDigitalOcean.layer(account), { local: true })

export const outcomes = (report: Release.Report) =>
  report.results.map(({ item, outcome }) => `${item.verb === "delete" ? item.subject.id : item.verb} ${outcome._tag}`)

export const ids = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ images }) => images()),
  (all) => all.map(({ id }) => id)
)

export const name = "web-2026-11-25T03-10-00-000Z"
