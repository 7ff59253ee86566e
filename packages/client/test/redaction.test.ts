import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as DigitalOcean from "../src/DigitalOcean.ts"
import { withRetry } from "../src/DigitalOceanClient.ts"
import { DigitalOceanError } from "../src/DigitalOceanError.ts"
import * as Images from "../src/Images.ts"
import { image, token } from "./recorded.ts"

const json = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part))

/** Every way a value can be written. */
const written = (value: unknown): string =>
  [inspect(value, { depth: 20, showHidden: true }), String(value), json(value), (value as Error)?.stack ?? ""].join(
    "\n"
  )

const hostile: ReadonlyArray<[name: string, answer: RecordingClient.Answer]> = [
  [
    "an error that echoes the token",
    RecordingClient.json({ id: token, message: `bad ${token}`, request_id: token }, 422)
  ],
  ["an error with an escaped token", RecordingClient.answer(422, `{"id":"x","message":"\\u0064${token.slice(1)}"}`)],
  ["HTML that echoes the token", RecordingClient.answer(502, `<html>${"x".repeat(170)}Bearer ${token}</html>`)],
  ["a success that is only the token", RecordingClient.answer(200, token)],
  ["a success whose HTML ends within the token", RecordingClient.answer(200, `<html>${"x".repeat(65)}${token}`)],
  ["a request id that is the token", RecordingClient.json({}, 404, { "x-request-id": token })],
  ["a limit that echoes the token", RecordingClient.json({ message: token }, 429, { "retry-after": token })],
  ["a transport that quotes the header", RecordingClient.fail("ERR_INVALID_CHAR", `bad header Bearer ${token}`)],
  [
    "a transport that keeps the request",
    (request) =>
      Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, description: `with ${token}`, cause: { request } })
        })
      )
  ],
  ["a transport whose code is the token", RecordingClient.fail(token, "m")],
  ["a transport that dies with the header", () => Effect.die(new Error(`header Bearer ${token}`))],
  ["a success whose keys are the token", RecordingClient.json({ image: image({ id: 7, regions: { [token]: 1 } }) })],
  ["a success", RecordingClient.json({ image: image({ id: 7 }) })],
  ["a success with a broken model", RecordingClient.json({ image: image({ id: token, created_at: token }) })]
]

describe("the token is in no error, log, span or inspection after", () => {
  for (const [name, answer] of hostile) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const logs: Array<string> = []
        const spans: Array<Tracer.Span> = []
        const logger = Logger.make((entry) => void logs.push(written(entry.message), written(entry.cause)))
        const tracer = Tracer.make({
          span: (options) => {
            const span = new Tracer.NativeSpan(options)
            spans.push(span)
            return span
          }
        })
        const services = yield* DigitalOcean.make({ token: Redacted.make(token) })
        const images = Context.get(services, Images.Images)
        const operations: ReadonlyArray<Effect.Effect<unknown, DigitalOceanError>> = [
          images.get(7),
          images.transfer(7, "sfo3"),
          Stream.runCollect(images.list({ private: true }))
        ]
        const program = Effect.forEach(operations, (one) =>
          one.pipe(Effect.tapCause(Effect.logError), Effect.exit, withRetry({ times: 0 }))
        ).pipe(
          Effect.provideService(Tracer.Tracer, tracer),
          Effect.provideService(References.MinimumLogLevel, "All"),
          Effect.provide(Logger.layer([logger]))
        )
        const exits = yield* program
        const errors = exits.flatMap((exit) =>
          exit._tag === "Failure" ? exit.cause.reasons.filter(Cause.isFailReason).map(({ error }) => error) : []
        )
        const encoded = errors.map((error) => JSON.stringify(Schema.encodeSync(DigitalOceanError)(error)))
        const everything = [
          ...exits.map(written),
          ...exits.flatMap((exit) => (exit._tag === "Failure" ? [Cause.pretty(exit.cause)] : [])),
          ...logs,
          ...spans.map((span) => written([span.name, [...span.attributes], span.status])),
          ...encoded,
          written(services)
        ].join("\n")
        assert.isAbove(spans.length, 3)
        for (let length = token.length; length >= 12; length--) {
          assert.notInclude(everything, token.slice(0, length))
        }
      }).pipe(Effect.provide(RecordingClient.layerWith(() => answer)))
    )
  }
})
