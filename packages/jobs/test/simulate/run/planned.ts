import { DigitalOcean } from "@effect-digitalocean/client"
import {
  Audit,
  type Event,
  HandOver,
  Import,
  type Item,
  type Outcome,
  type Plan,
  Preserve,
  Release,
  Replicate,
  Rotate,
  Snapshot,
  Verify
} from "@effect-digitalocean/jobs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { type Job, type Process, tokens, wait as waits } from "../generate/scenario.ts"

/** What jobs need: the services of the main account, and for a hand-over those of both. */
export type Services = DigitalOcean.Services | HandOver.Accounts

/** A plan, and the events of running it. */
export interface Planned {
  readonly plan: Plan.Plan
  readonly events: Stream.Stream<Event.Event<Item.Item, unknown, Outcome.TaggedError>, never, Services>
  /** whether an error of an item is one that the job declares */
  readonly isDeclared: (error: unknown) => boolean
}

/** How long the check of a Droplet takes. */
const check = () => Effect.sleep("1 minute")

/** Makes the plan of a job. */
export const plan = (
  job: Job,
  { pollsSeldom }: Pick<Process, "pollsSeldom">
): Effect.Effect<Planned, Outcome.TaggedError, Services> => {
  const of = <P extends Plan.Plan, E extends Outcome.TaggedError, PE extends Outcome.TaggedError, R, R2>(
    made: Effect.Effect<P, PE, R>,
    run: (plan: P) => Stream.Stream<Event.Event<Item.Item, unknown, E>, never, R2>,
    error: Schema.Codec<E, unknown>
  ) => Effect.map(made, (plan) => ({ plan, events: run(plan), isDeclared: Schema.is(error) }))
  const timeout = `${waits.timeout} seconds` as const
  const wait = pollsSeldom ? { timeout, schedule: Schedule.spaced(`${waits.poll} seconds`) } : { timeout }
  switch (job.name) {
    case "replicate":
      return of(Replicate.plan(job.options), (plan) => Replicate.run(plan, { wait }), Replicate.job.schemas.error)
    case "preserve":
      return of(Preserve.plan(job.options), (plan) => Preserve.run(plan, { wait }), Preserve.job.schemas.error)
    case "import":
      return of(Import.plan(job.options), (plan) => Import.run(plan, { wait }), Import.job.schemas.error)
    case "release":
      return of(Release.plan(job.options), (plan) => Release.run(plan, { wait }), Release.job.schemas.error)
    case "snapshot":
      return of(Snapshot.plan(job.options), (plan) => Snapshot.run(plan, { wait }), Snapshot.job.schemas.error)
    case "rotate":
      return of(Rotate.plan(job.options), (plan) => Rotate.run(plan), Rotate.job.schemas.error)
    case "verify":
      return of(Verify.plan(job.options), (plan) => Verify.run(plan, { check, wait }), Verify.job.schemas.error)
    case "audit":
      return of(Audit.job.plan(job.options), (plan) => Audit.job.run(plan), Audit.job.schemas.error)
    case "hand over":
      return of(HandOver.plan(job.options), (plan) => HandOver.run(plan, { wait }), HandOver.job.schemas.error)
  }
}

/** The services of a process: one client for each account. */
export const services = (
  perMinute: number | undefined
): Effect.Effect<Context.Context<Services>, Outcome.TaggedError, HttpClient.HttpClient> => {
  const rateLimits = perMinute === undefined ? {} : { perMinute }
  const of = (token: string) => DigitalOcean.make({ token: Redacted.make(token), rateLimits })
  return Effect.map(Effect.all({ from: of(tokens.main), to: of(tokens.other) }), (accounts) =>
    Context.add(accounts.from, HandOver.Accounts, accounts)
  )
}
