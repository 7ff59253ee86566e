/**
 * A DigitalOcean in memory: accounts with images and actions that take time, beneath the real client.
 *
 * `layer` is an `HttpClient` without a socket, `layerServer` the same over any `HttpServer`. Time is the `Clock`, so
 * under `TestClock` a transfer of an hour takes none. `TestDigitalOcean` itself tells what was requested and what the
 * account holds, and changes it behind the client's back.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type { Action, Droplet, Image, Snapshot, Tag } from "./DigitalOceanApi.ts"
import type * as Faults from "./Faults.ts"
import type { Account, AccountOptions } from "./internal/account/account.ts"
import * as AutoscalePools from "./internal/resources/autoscalePools.ts"
import * as Backups from "./internal/resources/backups.ts"
import { problemsOf } from "./internal/options/checkOptions.ts"
import * as RequestHandler from "./internal/server/requestHandler.ts"
import * as Droplets from "./internal/resources/droplets.ts"
import type * as InternalExchange from "./internal/http/exchange.ts"
import { lineOf, Timeline } from "./internal/inspection/timeline.ts"
import { Log } from "./internal/inspection/log.ts"
import * as InternalOptions from "./internal/options/options.ts"
import type * as Order from "./internal/account/order.ts"
import * as Problems from "./internal/schemas/problems.ts"
import { Script } from "./internal/faults/script.ts"
import { problemsOfImage as imageProblems } from "./internal/seed/seedJson.ts"
import * as Snapshots from "./internal/resources/snapshots.ts"
import * as Tags from "./internal/resources/tags.ts"
import { type Violation, Watch } from "./internal/inspection/watch.ts"
import { World } from "./internal/account/world.ts"
import * as Seed from "./Seed.ts"

/**
 * A request and how it was answered: its exact target, headers and body; the token is left out. `fault` says what a
 * script made go wrong, and status 0 that nothing was answered.
 *
 * @category models
 * @since 0.1.0
 */
export interface Exchange extends InternalExchange.Exchange {}

/**
 * A request on one line, such as `201 POST /v2/images/7/actions {"type":"convert"}`; `---` where nothing was answered,
 * and behind `!` what a script made go wrong. Its time is not told.
 *
 * @category models
 * @since 0.1.0
 */
export const toLine: (exchange: Exchange) => string = lineOf

/**
 * Something that a well-behaved client does not do: it asked twice for what was made and still stands (the same request
 * of an import, an action of an image, a Droplet or a snapshot), it went past its budget, or it deleted an image that a
 * Droplet, an autoscale pool or an action refers to, or that its tags protect.
 *
 * @category models
 * @since 0.1.0
 */
export type { Violation }

/**
 * Clients did what well-behaved ones do not; tells what, and the timeline.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvariantViolated extends Schema.TaggedError<InvariantViolated>(
  "@effect-digitalocean/testing/InvariantViolated"
)("InvariantViolated", {
  violations: Schema.Array(
    Schema.Struct({
      invariant: Schema.Literals(["one result of one intention", "within the budget", "nothing-in-use-deleted"]),
      message: Schema.String,
      at: Schema.Finite
    })
  ),
  timeline: Schema.String
}) {
  override get message(): string {
    const all = this.violations.map(({ invariant, message }) => `${invariant}: ${message}`)
    return [...all, "", this.timeline].join("\n")
  }
}

/**
 * Options that make no sense, with every problem and its place, such as `limits.minute` or `seed.images[1].id`. A layer
 * dies of it.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidOptions extends Schema.TaggedError<InvalidOptions>("@effect-digitalocean/testing/InvalidOptions")(
  "InvalidOptions",
  {
    problems: Schema.Array(Problems.Problem)
  }
) {
  override get message(): string {
    return Problems.toText(this.problems)
  }
}

/**
 * What a test sees and changes behind the client's back. `account` names an account; without it the first is meant.
 *
 * @category services
 * @since 0.1.0
 */
export class TestDigitalOcean extends Context.Service<
  TestDigitalOcean,
  {
    /**
     * The requests, in order, of which the last `keep` are kept; what a fault left without an answer has status 0.
     */
    readonly requests: Effect.Effect<ReadonlyArray<Exchange>>
    /** The account's own images, as DigitalOcean writes them. */
    readonly images: (account?: string) => Effect.Effect<ReadonlyArray<Image>>
    /** The account's actions, oldest first. */
    readonly actions: (account?: string) => Effect.Effect<ReadonlyArray<Action>>
    /** The account's Droplets, newest first. */
    readonly droplets: (account?: string) => Effect.Effect<ReadonlyArray<Droplet>>
    /** The account's snapshots of Droplets and volumes, newest first. */
    readonly snapshots: (account?: string) => Effect.Effect<ReadonlyArray<Snapshot>>
    /** The account's tags, by name, with how many carry each. */
    readonly tags: (account?: string) => Effect.Effect<ReadonlyArray<Tag>>
    /**
     * All that happened, a line each: requests with their answers, and what became of images, actions, Droplets and
     * volumes' snapshots. Times are seconds since the beginning. The same program over the same seed gives the same text.
     */
    readonly timeline: Effect.Effect<string>
    /** What clients did that well-behaved ones do not, in order. */
    readonly violations: Effect.Effect<ReadonlyArray<Violation>>
    /** Fails if there are violations, with the timeline in the message. */
    readonly check: Effect.Effect<void, InvariantViolated>
    /** Adds an image, or replaces the one with its id. Dies of one that no account can hold. */
    readonly putImage: (image: Seed.ImageSeed, account?: string) => Effect.Effect<void>
    /** Removes an image; what is under way on it errors. */
    readonly removeImage: (id: number, account?: string) => Effect.Effect<void>
    /** Ends an action now: nothing of its work is done. Dies when there is no such action. */
    readonly endAction: (id: number, status: "completed" | "errored", account?: string) => Effect.Effect<void>
    /** Adds faults to the script; they count requests from now on. Dies of a fault that is none. */
    readonly addFaults: (faults: Faults.Script) => Effect.Effect<void>
    /** Takes all faults out of the script: from now on nothing goes wrong. */
    readonly clearFaults: Effect.Effect<void>
    /** The faults of the script that no request has met: a test that meant them has not tested them. */
    readonly unusedFaults: Effect.Effect<Faults.Script>
    /**
     * Makes all accounts and the script of faults as they were at the beginning, and forgets the requests. Ids go on
     * counting.
     */
    readonly reset: Effect.Effect<void>
  }
>()("@effect-digitalocean/testing/TestDigitalOcean") {}

/**
 * What an in-memory DigitalOcean is like; each option is documented beside its field, with its unit and its default.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends InternalOptions.Options {}

/**
 * The order of the rows of a listing; DigitalOcean documents none.
 *
 * @category options
 * @since 0.1.0
 */
export type ListOrder = Order.ListOrder

/**
 * An account of several.
 *
 * **Details**
 *
 * `email` and `uuid` (of its team) are what images are handed over to; by default `NAME@example.com` and a fixed UUID.
 * With `autoAccept` an offer to it is accepted at once (transfer id 0). One account may go without a `token`: it takes
 * every token that is no other account's.
 *
 * DigitalOcean does not tell what happens to an offer of an image that is offered already. By default it is `refused`
 * (400); with `offeredAgain` of the sender it gets the id of the one that is pending (`same`, if the recipient is), or
 * one of its own (`another`). Test a program with each.
 *
 * @category options
 * @since 0.1.0
 */
export type { AccountOptions }

/**
 * An `HttpClient` that is answered in memory, and the service that observes it.
 *
 * **Example** (A program over a whole account, with no time passing)
 *
 * ```ts
 * import { Actions, DigitalOcean, Images } from "@effect-digitalocean/client"
 * import { TestDigitalOcean } from "@effect-digitalocean/testing"
 * import * as Effect from "effect/Effect"
 * import * as Fiber from "effect/Fiber"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import * as TestClock from "effect/testing/TestClock"
 *
 * const copy = Effect.gen(function*() {
 *   const images = yield* Images.Images
 *   const actions = yield* Actions.Actions
 *   yield* actions.await(yield* images.transfer(166404101, "sfo3"))
 *   return (yield* images.get(166404101)).regions
 * })
 *
 * const test = Effect.gen(function*() {
 *   const fiber = yield* Effect.forkChild(copy)
 *   yield* TestClock.adjust("1 hour")
 *   return yield* Fiber.join(fiber)
 * }).pipe(
 *   Effect.provide(DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(TestDigitalOcean.layer()))),
 *   Effect.provide(TestClock.layer())
 * )
 *
 * await Effect.runPromise(test) // => ["nyc3", "sfo3"]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<HttpClient.HttpClient | TestDigitalOcean> =>
  Layer.effectContext(
    Effect.map(make(options, { strict: true, hosts: "any" }), ({ handler, service }) =>
      Context.make(TestDigitalOcean, service).pipe(
        Context.add(
          HttpClient.HttpClient,
          HttpClient.make((request) =>
            handler.pipe(
              Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
              Effect.map((response) => HttpServerResponse.toClientResponse(response, { request })),
              Effect.mapError(
                (cause) =>
                  new HttpClientError.HttpClientError({
                    reason: new HttpClientError.TransportError({ request, cause })
                  })
              )
            )
          )
        )
      )
    )
  )

/**
 * The same over an `HttpServer`, for any client in any language.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerServer = (options?: Options): Layer.Layer<TestDigitalOcean, never, HttpServer.HttpServer> =>
  Layer.effect(
    TestDigitalOcean,
    Effect.gen(function* () {
      const { handler, service } = yield* make(options, { strict: false, hosts: "loopback" })
      // a server that shows no socket cannot break a connection: it leaves it without an answer
      yield* HttpServer.serveEffect(Effect.catch(handler, () => Effect.never))
      return service
    })
  )

/**
 * The same as a function from `Request` to `Response`, for a browser, Bun, Deno or a worker.
 *
 * @category constructors
 * @since 0.1.0
 */
export const toWebHandler = (
  options?: Options
): {
  readonly handler: (request: Request) => Promise<Response>
  readonly dispose: () => Promise<void>
} => {
  const made = Context.Service<
    Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>
  >("@effect-digitalocean/testing/TestDigitalOcean/RequestHandler")
  const layer = Layer.effect(
    made,
    Effect.map(make(options, { strict: false, hosts: "any" }), ({ handler }) =>
      // as `fetch` is told of a network that fails
      Effect.catch(handler, () => Effect.sync(() => HttpServerResponse.raw(Response.error())))
    )
  )
  const { dispose, handler } = HttpEffect.toWebHandlerLayerWith(layer, {
    toHandler: (context) => Effect.succeed(Context.get(context, made))
  })
  return { handler: (request) => handler(request), dispose }
}

/**
 * Prints the timeline on the console's error stream when a program fails.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withTimeline = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | TestDigitalOcean> =>
  Effect.tapCause(program, () =>
    Effect.flatMap(TestDigitalOcean, ({ timeline }) => Effect.flatMap(timeline, (text) => Console.error(text)))
  )

const make = Effect.fnUntraced(function* (
  options: Options = {},
  defaults: { readonly strict: boolean; readonly hosts: "loopback" | "any" }
) {
  const problems = problemsOf(options)
  if (problems.length > 0) return yield* Effect.die(new InvalidOptions({ problems }))
  const seed = options.listOrder === "shuffled" ? yield* Random.nextInt : 0
  const keep = options.keep ?? 10_000
  const script = new Script(options.faults ?? [])
  const exchanges = new Log<Exchange>(keep)
  const events = new Timeline(keep, () => world.now)
  const watch = new Watch(keep)
  const world: World = new World(InternalOptions.toWorld(options, seed), (accounts) => {
    events.watch(accounts)
    for (const account of accounts) {
      Backups.keep(world, account, (machine) => Droplets.backUp(world, account, machine))
      AutoscalePools.keep(world, account)
    }
  })
  const record = (exchange: Exchange) => {
    exchanges.push(exchange)
    options.onExchange?.(exchange)
  }
  const handler = RequestHandler.make(
    world,
    { timeline: events, record, script, watch },
    {
      strict: options.strict ?? defaults.strict,
      hosts: options.hosts ?? defaults.hosts,
      latency: options.latency ?? 0
    }
  )
  const now = Effect.map(Clock.currentTimeMillis, (now) => world.advance(now))

  const at = <A>(account: string | undefined, f: (account: Account) => A): Effect.Effect<A> =>
    Effect.map(now, () => {
      const found = account === undefined ? world.accounts[0] : world.accounts.find(({ name }) => name === account)
      if (found === undefined) throw new Error(`TestDigitalOcean has no account ${account}`)
      return f(found)
    })
  const timeline = Effect.map(now, () => events.toText(world.began))
  const violations = Effect.map(now, () => watch.values())

  const service = TestDigitalOcean.of({
    requests: Effect.sync(() => exchanges.values()),
    images: (account) => at(account, ({ images }) => [...images.values()]),
    actions: (account) => at(account, ({ actions }) => [...actions.values()]),
    droplets: (account) =>
      at(account, (account) => Droplets.all(account).map((droplet) => Droplets.write(account, droplet))),
    snapshots: (account) =>
      at(account, (account) => Snapshots.list(account).map((snapshot) => Snapshots.write(account, snapshot))),
    tags: (account) =>
      at(account, (account) => Tags.write(account, Tags.list(account), "https://api.digitalocean.com")),
    timeline,
    violations,
    check: Effect.flatMap(Effect.all([violations, timeline]), ([violations, timeline]) =>
      violations.length === 0 ? Effect.void : new InvariantViolated({ violations, timeline })
    ),
    putImage: (image, account) =>
      at(account, ({ images }) => {
        const problems = imageProblems(image)
        if (problems.length > 0) throw new Seed.InvalidSeed({ problems })
        images.set(image.id, Seed.image(image, world.now))
      }),
    removeImage: (id, account) => at(account, (account) => world.remove(account, id)),
    endAction: (id, status, account) => at(account, (account) => world.end(account, id, status)),
    addFaults: (faults) => Effect.sync(() => script.add(faults)),
    clearFaults: Effect.sync(() => script.clear()),
    unusedFaults: Effect.sync(() => script.unused()),
    reset: Effect.map(now, () => {
      world.reset()
      script.clear()
      script.add(options.faults ?? [])
      for (const log of [exchanges, events, watch]) log.clear()
    })
  })
  return { handler, service }
})
