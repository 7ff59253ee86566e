import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Logger from "effect/Logger"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import { DigitalOceanClient, withRetry } from "../../src/DigitalOceanClient.ts"
import { DigitalOceanError } from "../../src/DigitalOceanError.ts"
import * as Droplets from "../../src/Droplets.ts"
import * as Images from "../../src/Images.ts"
import * as Snapshots from "../../src/Snapshots.ts"
import * as Tags from "../../src/Tags.ts"
import * as Volumes from "../../src/Volumes.ts"
import { image, token } from "../support/recorded.ts"
import { recordSpans } from "../support/spans.ts"

const json = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part))

/** Every way a value can be written. */
const written = (value: unknown): string =>
  [inspect(value, { depth: 20, showHidden: true }), String(value), json(value), (value as Error)?.stack ?? ""].join(
    "\n"
  )

/** Runs programs as the owner of a token, and everything that anybody could see of them. */
const outputs = (programs: ReadonlyArray<Effect.Effect<unknown, unknown, DigitalOcean.Services>>, own = token) =>
  Effect.gen(function* () {
    const seen: Array<string> = []
    const { spans, tracer } = recordSpans()
    const logger = Logger.make((entry) => void seen.push(written(entry.message), written(entry.cause)))
    const services = yield* DigitalOcean.make({ token: Redacted.make(own) })
    const exits = yield* Effect.forEach(programs, (one) =>
      one.pipe(Effect.tapCause(Effect.logError), Effect.exit, withRetry({ times: 0 }))
    ).pipe(
      Effect.provide(services),
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provide(Logger.layer([logger]))
    )
    for (const exit of exits) {
      seen.push(written(exit))
      if (exit._tag === "Success") continue
      seen.push(Cause.pretty(exit.cause))
      for (const { error } of exit.cause.reasons.filter(Cause.isFailReason)) {
        if (!(error instanceof DigitalOceanError)) continue
        seen.push(json(Schema.encodeSync(DigitalOceanError)(error)), written(error.cause))
      }
    }
    seen.push(...spans.map((span) => written([span.name, [...span.attributes], span.status])), written(services))
    return { everything: seen.join("\n"), exits, spans }
  })

const get = Images.Images.use((images) => images.get(7))
const transfer = Images.Images.use((images) => images.transfer(7, "sfo3"))
const list = Images.Images.use((images) => Stream.runCollect(images.list({ private: true })))

/** Answers that show a secret. */
const hostile = (secret: string): ReadonlyArray<[name: string, answer: RecordingClient.Answer]> => [
  ["an error that echoes it", RecordingClient.json({ id: secret, message: `bad ${secret}`, request_id: secret }, 422)],
  [
    "an error that echoes it escaped",
    RecordingClient.answer(422, `{"id":"x","message":"\\u00${secret.charCodeAt(0).toString(16)}${secret.slice(1)}"}`)
  ],
  ["an error that echoes it in messages", RecordingClient.json({ error: secret, messages: [secret] }, 400)],
  ["an error of no known form", RecordingClient.json({ [secret]: secret }, 400)],
  ["an error that ends within it", RecordingClient.json({ message: `${"x".repeat(480)} ${secret}` }, 422)],
  ["HTML that echoes it", RecordingClient.answer(502, `<html>${"x".repeat(170)} ${secret}</html>`)],
  ["a success that is only it", RecordingClient.answer(200, secret)],
  ["a success whose HTML ends within it", RecordingClient.answer(200, `<html>${"x".repeat(65)} ${secret}`)],
  ["a request id that is it", RecordingClient.json({}, 404, { "x-request-id": secret })],
  ["a limit that echoes it", RecordingClient.json({ message: secret }, 429, { "retry-after": secret })],
  ["a transport that quotes a header", RecordingClient.fail("ERR_INVALID_CHAR", `bad header Bearer ${secret}`)],
  [
    "a transport that keeps the request",
    (request) =>
      Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, description: `with ${secret}`, cause: { request } })
        })
      )
  ],
  ["a transport that dies with it", () => Effect.die(new Error(`header Bearer ${secret}`))],
  [
    "a transport that dies, and has it in a cause",
    () => Effect.die(new Error("m", { cause: new Error("n", { cause: { headers: [secret] } }) }))
  ],
  ["a transport that dies with an object", () => Effect.die({ authorization: secret })],
  ["a success whose keys are it", RecordingClient.json({ image: image({ regions: { [secret]: 1 } }) })],
  ["a success with a broken model", RecordingClient.json({ image: image({ id: secret, created_at: secret }) })]
]

const foreign = `doo_v1_${"fedcba9876543210".repeat(4)}`

/** A secret as it is sent, and what must not be seen of it: no piece of this length. */
const secrets: ReadonlyArray<[what: string, secret: string, hidden: string]> = [
  ["the token", token, token],
  ["another account's token", foreign, foreign],
  ["a token that was cut", foreign.slice(0, 30), foreign.slice(0, 30)],
  ["a signed URL", "https://user:s3cr3tpass@example.com/a?X-Amz-Signature=0a1b2c3d4e5f6a7b&b=1", "0a1b2c3d4e5f6a7b"]
]

const assertHidden = (everything: string, hidden: string) => {
  for (let length = hidden.length; length >= 12; length--) assert.notInclude(everything, hidden.slice(0, length))
}

// R47
for (const [what, secret, hidden] of secrets) {
  describe(`${what} is in no error, log, span or inspection after`, () => {
    for (const [name, answer] of hostile(secret)) {
      it.effect(name, () =>
        Effect.gen(function* () {
          const { everything, spans } = yield* outputs([get, transfer, list])
          assert.isAbove(spans.length, 3)
          assertHidden(everything, hidden)
          assert.notInclude(everything, "s3cr3tpass")
        }).pipe(Effect.provide(RecordingClient.layerWith(() => answer)))
      )
    }
  })
}

describe("the token is in no output after", () => {
  for (const [name, answer] of [
    ["a success", RecordingClient.json({ image: image({ id: 7 }) })],
    ["a transport whose code is the token", RecordingClient.fail(token, "m")]
  ] as const) {
    it.effect(name, () =>
      Effect.gen(function* () {
        assertHidden((yield* outputs([get])).everything, token)
      }).pipe(Effect.provide(RecordingClient.layerWith(() => answer)))
    )
  }

  it.effect("a store of the rate limit that fails with its address", () =>
    Effect.gen(function* () {
      const message = "connect redis://:s3cr3tpass@10.0.0.1:6379 failed"
      const store = RateLimiter.RateLimiterStore.of({
        ...(yield* Effect.provide(RateLimiter.RateLimiterStore, RateLimiter.layerStoreMemory)),
        fixedWindow: () => Effect.die(new Error(message, { cause: new Error(message) }))
      })
      const { everything } = yield* Effect.provideService(outputs([get]), RateLimiter.RateLimiterStore, store)
      assert.include(everything, "redis://<redacted>@10.0.0.1:6379")
      assert.notInclude(everything, "s3cr3tpass")
    }).pipe(Effect.provide(RecordingClient.layerWith(() => RecordingClient.json({ image: image({ id: 7 }) }))))
  )
})

// R47: a token that was given for something else
describe("a token given in the wrong place is in no error, log or span", () => {
  const client = DigitalOceanClient
  const misplaced = (secret: string): ReadonlyArray<Effect.Effect<unknown, unknown, DigitalOcean.Services>> =>
    [
      Images.Images.use((images) => images.get(secret)),
      Images.Images.use((images) => images.update(7, { name: secret })),
      Images.Images.use((images) => images.transfer(7, secret)),
      Images.Images.use((images) => images.performAction(7, secret, { [secret]: secret })),
      Images.Images.use((images) => Stream.runCollect(images.list({ tag_name: `${secret} ` }))),
      Images.Images.use((images) => images.create({ name: "a", region: "nyc3", url: `ftps://${secret}` })),
      Images.Images.use((images) => Stream.runCollect(images.list({}, { concurrency: secret as never }))),
      Snapshots.Snapshots.use((snapshots) => snapshots.get(secret)),
      Volumes.Volumes.use((volumes) => Stream.runCollect(volumes.snapshots(secret))),
      Volumes.Volumes.use((volumes) => volumes.takeSnapshot(secret, { name: secret })),
      Tags.Tags.use((tags) => tags.get(secret)),
      Tags.Tags.use((tags) => tags.get(`${secret} !`)),
      Droplets.Droplets.use((droplets) => droplets.snapshot(7, secret)),
      Droplets.Droplets.use((droplets) => droplets.create({ name: "a", image: secret, size: secret })),
      client.use((it) => it.request({ method: "GET", path: `/v2/${secret}` })),
      client.use((it) => it.request({ method: "GET", path: secret })),
      client.use((it) => it.request({ method: "GET", path: `/v2/${secret}//x` })),
      client.use((it) => it.request({ method: "GET", path: "/v2/x", query: { [secret]: Number.NaN } })),
      client.use((it) => it.request({ method: "GET", path: "/v2/x", query: { [secret]: secret } })),
      client.use((it) => it.request({ method: "GET", path: "/v2/x", operation: secret })),
      DigitalOcean.make({ token: Redacted.make("abc"), baseUrl: `http://${secret}` }),
      DigitalOcean.make({ token: Redacted.make("abc"), baseUrl: secret }),
      DigitalOcean.make({ token: Redacted.make("abc"), retry: { times: secret as never } }),
      DigitalOcean.make({ token: Redacted.make("abc"), rateLimits: { perMinute: secret as never } })
    ].map((one) => one as Effect.Effect<unknown, unknown, DigitalOcean.Services>)

  for (const [what, secret] of [
    ["one's own", token],
    ["another account's", foreign]
  ] as const) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const { everything, exits } = yield* outputs(misplaced(secret))
        assert.isTrue(exits.every(({ _tag }) => _tag === "Failure"))
        assertHidden(everything, secret)
      }).pipe(Effect.provide(RecordingClient.layerWith(() => RecordingClient.json({ message: `no ${secret}` }, 404))))
    )
  }
})

// R46
describe("no word of a message is altered when the token is", () => {
  for (const own of ["a", "any", "image", "Images"]) {
    it.effect(own, () =>
      Effect.gen(function* () {
        const { exits } = yield* outputs([get], own)
        assert.include(written(exits[0]), "Images.get: HTTP 404: Company any image many")
      }).pipe(
        Effect.provide(
          RecordingClient.layerWith(() => RecordingClient.json({ message: "Company any image many" }, 404))
        )
      )
    )
  }
})

it.effect("the services of an account show no token when they are inspected", () =>
  Effect.gen(function* () {
    const services = yield* DigitalOcean.make({ token: Redacted.make(token) })
    const client = Context.get(services, DigitalOceanClient)
    assertHidden(`${written(services)}\n${written(client)}`, token)
  }).pipe(Effect.provide(RecordingClient.layer([])))
)
