/**
 * An in-memory DigitalOcean: accounts with images, and actions that take time, beneath the real client.
 *
 * `layer` is an `HttpClient` without a socket, `layerServer` the same over any `HttpServer`. It uses the `Clock`, so under
 * `TestClock` an hour passes at once. The service `TestDigitalOcean` returns the requests and the resources, and changes
 * them directly.
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
 * A request and its response: the exact target, headers and body, without the token. `fault` is the fault that affected
 * it; the status is 0 if there was no response.
 *
 * @category models
 * @since 0.1.0
 */
export interface Exchange extends InternalExchange.Exchange {}

/**
 * Formats a request as a line, such as `201 POST /v2/images/7/actions {"type":"convert"}`, without its time. The status is
 * `---` if there was no response; the fault that affected it follows after `!`.
 *
 * @category models
 * @since 0.1.0
 */
export const toLine: (exchange: Exchange) => string = lineOf

/**
 * A violation of an invariant: a repeated request created a second resource while the first still exists (an import, an
 * action on an image, a Droplet or a snapshot), a token exceeded its rate limit, or an image was deleted that a Droplet, an
 * autoscale pool or an action refers to, or that its tags protect.
 *
 * @category models
 * @since 0.1.0
 */
export type { Violation }

/**
 * Clients violated invariants. The message contains the violations and the timeline.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvariantViolated extends Schema.TaggedError<InvariantViolated>(
  "@effect-digitalocean/testing/InvariantViolated"
)("InvariantViolated", {
  /** the invariants that do not hold */
  violations: Schema.Array(
    Schema.Struct({
      invariant: Schema.Literals(["no-duplicate-creation", "within-rate-limit", "nothing-in-use-deleted"]),
      message: Schema.String,
      at: Schema.Finite
    })
  ),
  /** the requests and changes so far, one per line */
  timeline: Schema.String
}) {
  override get message(): string {
    const all = this.violations.map(({ invariant, message }) => `${invariant}: ${message}`)
    return [...all, "", this.timeline].join("\n")
  }
}

/**
 * The options are invalid: every problem with its place, such as `limits.minute` or `seed.images[1].id`. A layer dies with
 * it.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidOptions extends Schema.TaggedError<InvalidOptions>("@effect-digitalocean/testing/InvalidOptions")(
  "InvalidOptions",
  {
    /** everything that is wrong */
    problems: Schema.Array(Problems.Problem)
  }
) {
  override get message(): string {
    return Problems.toText(this.problems)
  }
}

/**
 * Service that reads and changes the accounts directly. `account` is the name of an account, by default of the first.
 *
 * @category services
 * @since 0.1.0
 */
export class TestDigitalOcean extends Context.Service<
  TestDigitalOcean,
  {
    /**
     * Returns the latest `keep` requests, oldest first. One without a response has status 0.
     */
    readonly requests: Effect.Effect<ReadonlyArray<Exchange>>
    /** Returns the account's own images, as DigitalOcean writes them. */
    readonly images: (account?: string) => Effect.Effect<ReadonlyArray<Image>>
    /** Returns the account's actions, oldest first. */
    readonly actions: (account?: string) => Effect.Effect<ReadonlyArray<Action>>
    /** Returns the account's Droplets, newest first. */
    readonly droplets: (account?: string) => Effect.Effect<ReadonlyArray<Droplet>>
    /** Returns the account's snapshots of Droplets and volumes, newest first. */
    readonly snapshots: (account?: string) => Effect.Effect<ReadonlyArray<Snapshot>>
    /** Returns the account's tags by name, with the number of resources of each. */
    readonly tags: (account?: string) => Effect.Effect<ReadonlyArray<Tag>>
    /**
     * Returns the requests with their responses, and the changes of images, actions, Droplets and volume snapshots, one per
     * line. Times are seconds since the start. The same program over the same seed returns the same text.
     */
    readonly timeline: Effect.Effect<string>
    /** Returns the violations of invariants, in order. */
    readonly violations: Effect.Effect<ReadonlyArray<Violation>>
    /** Fails if there are violations. */
    readonly check: Effect.Effect<void, InvariantViolated>
    /** Adds an image, or replaces the one with its id. Dies if the image is invalid. */
    readonly putImage: (image: Seed.ImageSeed, account?: string) => Effect.Effect<void>
    /** Removes an image; its actions in progress end as `errored`. */
    readonly removeImage: (id: number, account?: string) => Effect.Effect<void>
    /** Ends an action now, without its effect. Dies if there is no such action. */
    readonly endAction: (id: number, status: "completed" | "errored", account?: string) => Effect.Effect<void>
    /** Adds faults to the script; they count requests from now on. Dies if a fault is invalid. */
    readonly addFaults: (faults: Faults.Script) => Effect.Effect<void>
    /** Removes all faults. */
    readonly clearFaults: Effect.Effect<void>
    /** Returns the faults that have affected no request, so that a test can detect that it tested nothing. */
    readonly unusedFaults: Effect.Effect<Faults.Script>
    /**
     * Restores all accounts and faults to their initial state, and clears the requests. Ids are not used again.
     */
    readonly reset: Effect.Effect<void>
  }
>()("@effect-digitalocean/testing/TestDigitalOcean") {}

/**
 * Options of an in-memory DigitalOcean.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends InternalOptions.Options {}

/**
 * The order of the rows of a listing. DigitalOcean does not document it.
 *
 * @category options
 * @since 0.1.0
 */
export type ListOrder = Order.ListOrder

/**
 * One of several accounts.
 *
 * **Details**
 *
 * DigitalOcean does not document what happens to a second offer of an image (`offeredAgain` of the sender): test a program
 * with each value.
 *
 * @category options
 * @since 0.1.0
 */
export type { AccountOptions }

/**
 * Layer that provides an `HttpClient` over the in-memory account, and the service {@link TestDigitalOcean}.
 *
 * **Example** (Testing a program that waits for an hour)
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
 * Layer that serves the account over an `HttpServer`, for any client in any language.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerServer = (options?: Options): Layer.Layer<TestDigitalOcean, never, HttpServer.HttpServer> =>
  Layer.effect(
    TestDigitalOcean,
    Effect.gen(function* () {
      const { handler, service } = yield* make(options, { strict: false, hosts: "loopback" })
      // a server that does not expose its sockets cannot break a connection: the request gets no response
      yield* HttpServer.serveEffect(Effect.catch(handler, () => Effect.never))
      return service
    })
  )

/**
 * Creates a function from `Request` to `Response`, for a browser, Bun, Deno or a worker.
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
      // what `fetch` represents as a network error
      Effect.catch(handler, () => Effect.sync(() => HttpServerResponse.raw(Response.error())))
    )
  )
  const { dispose, handler } = HttpEffect.toWebHandlerLayerWith(layer, {
    toHandler: (context) => Effect.succeed(Context.get(context, made))
  })
  return { handler: (request) => handler(request), dispose }
}

/**
 * Prints the timeline to stderr if a program fails.
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
