/**
 * Faults as data: a script of what goes wrong with the requests to an in-memory DigitalOcean.
 *
 * A `Fault` selects requests (by operation, fields, number or time) and says what happens to them. A script is a plain
 * array, so it can be written as JSON; `decode` and `parse` report every problem with its place. `random` creates a script
 * from `Random`: the same seed creates the same faults.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Operations from "./internal/api/operations.ts"
import * as Problems from "./internal/schemas/problems.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

const Seconds = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))

const Field = Schema.String.check(
  Schema.isPattern(/^[^.]+(\.[^.]+)*$/, { message: "Expected a path such as image.id, images.0.name or images.*.tags" })
)

const HeaderName = Schema.String.check(
  Schema.isPattern(/^[\w!#$%&'*+.^`|~-]+$/, { message: "Expected the name of a header" })
)

const HeaderValue = Schema.String.check(
  Schema.isPattern(/^[\t\x20-\x7e\x80-\xff]*$/, { message: "Expected the value of a header: one line of Latin-1 text" })
)

const aim = {
  on: Schema.optionalKey(
    Schema.String.check(Schema.makeFilter((text) => Operations.isPattern(text) || Operations.expected(text)))
  ),
  account: Schema.optionalKey(Schema.String),
  where: Schema.optionalKey(Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))),
  nth: Schema.optionalKey(Schema.Union([Count, Schema.NonEmptyArray(Count)])),
  times: Schema.optionalKey(Schema.Union([Count, Schema.Literal("always")])),
  after: Schema.optionalKey(Seconds),
  until: Schema.optionalKey(Seconds)
}

const executed = Schema.optionalKey(Schema.Boolean)

/**
 * Schema for a {@link Fault}.
 *
 * **Details**
 *
 * Which requests it affects; every part is optional:
 *
 * - `on`: an operation such as `images.list` (see `operations`), or a method and a path such as
 *   `POST /v2/images/*\/actions` (`*` is any method or one segment, `**` any path); by default every request
 * - `account`: only requests of the account of this name
 * - `where`: fields of the query or of the JSON body, such as `{ "type": "transfer", "region": "sfo3" }`
 * - `nth`: the number of the first matching request that is affected, from 1, or a list of numbers; by default 1
 * - `times`: how many in a row are affected from there, or `always`; by default 1
 * - `after`, `until`: only requests in this interval, in seconds since the start
 *
 * What happens, by `fault`. The request is not executed, unless otherwise stated:
 *
 * - `refuse`: no connection is made (`code`, by default `ECONNREFUSED`): the request was definitely not sent
 * - `reset`: the connection is reset, according to `when`: `before` the request is read, `after` it is executed, or in the
 *   `body` of the response
 * - `silence`: there is no response; with `executed` the request is executed
 * - `rate-limit`: 429 of the `minute` (with `retry-after`), the `hour` (without, and the limit is exhausted) or the
 *   `operation` (the limit is not exhausted), for `seconds` (by default 29, and 600 for an operation)
 * - `status`: any `status` from 300 to 599, such as 503, with a `body` of `json` (the default), `html`, `text` or
 *   `none`; with `executed` the request is executed
 * - `answer`: exactly this `status`, `headers` and `body`
 * - `late`: executed; the response is sent `seconds` later
 * - `slow`: executed; the body arrives in pieces over `seconds`
 * - `truncate`: executed; the body ends regularly after `bytes` (by default half of it)
 * - `content-type`: executed; the content type of the response is `value`
 * - `remove`, `set`, `duplicate`: executed; in the JSON of the response a `field` (`image.id`, `images.*.tags`) is missing,
 *   has another `value`, or is duplicated (the second time with `value`)
 * - `total`: executed; the total of a listing is `total`
 * - `next`: executed; the next page of a listing is `none`, the `same`, always present (`endless`) or on another host
 *   (`elsewhere`)
 * - `shift`: executed; then `rows` (by default 1) images are added before the account's newest image, or removed from there
 *   if negative, so that the pages of a listing shift
 * - `stuck`: executed; the actions that it started never end
 * - `vanish`: executed; the actions that it started are 404 after `seconds`, by default at once, and still take effect
 *
 * Seconds are those of the account: `speed` divides them. If several faults affect one request, the first one that prevents
 * its execution applies, otherwise all of them in order.
 *
 * @category models
 * @since 0.1.0
 */
export const Fault = Schema.Union([
  Schema.Struct({ fault: Schema.Literal("refuse"), ...aim, code: Schema.optionalKey(Schema.String) }),
  Schema.Struct({ fault: Schema.Literal("reset"), ...aim, when: Schema.Literals(["before", "after", "body"]) }),
  Schema.Struct({ fault: Schema.Literal("silence"), ...aim, executed }),
  Schema.Struct({
    fault: Schema.Literal("rate-limit"),
    ...aim,
    window: Schema.Literals(["minute", "hour", "operation"]),
    seconds: Schema.optionalKey(Seconds)
  }),
  Schema.Struct({
    fault: Schema.Literal("status"),
    ...aim,
    status: Schema.Int.check(Schema.isBetween({ minimum: 300, maximum: 599 })),
    body: Schema.optionalKey(Schema.Literals(["json", "html", "text", "none"])),
    executed
  }),
  Schema.Struct({
    fault: Schema.Literal("answer"),
    ...aim,
    status: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 })),
    headers: Schema.optionalKey(Schema.Record(HeaderName, HeaderValue)),
    body: Schema.optionalKey(Schema.String)
  }),
  Schema.Struct({ fault: Schema.Literal("late"), ...aim, seconds: Seconds }),
  Schema.Struct({ fault: Schema.Literal("slow"), ...aim, seconds: Seconds }),
  Schema.Struct({
    fault: Schema.Literal("truncate"),
    ...aim,
    bytes: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
  }),
  Schema.Struct({ fault: Schema.Literal("content-type"), ...aim, value: HeaderValue.check(Schema.isNonEmpty()) }),
  Schema.Struct({ fault: Schema.Literal("remove"), ...aim, field: Field }),
  Schema.Struct({ fault: Schema.Literal("set"), ...aim, field: Field, value: Schema.Json }),
  Schema.Struct({
    fault: Schema.Literal("duplicate"),
    ...aim,
    field: Field,
    value: Schema.optionalKey(Schema.Json)
  }),
  Schema.Struct({ fault: Schema.Literal("total"), ...aim, total: Schema.Int }),
  Schema.Struct({
    fault: Schema.Literal("next"),
    ...aim,
    next: Schema.Literals(["none", "same", "endless", "elsewhere"])
  }),
  Schema.Struct({ fault: Schema.Literal("shift"), ...aim, rows: Schema.optionalKey(Schema.Int) }),
  Schema.Struct({ fault: Schema.Literal("stuck"), ...aim }),
  Schema.Struct({ fault: Schema.Literal("vanish"), ...aim, seconds: Schema.optionalKey(Seconds) })
]).pipe((union) =>
  union.annotate({
    message: `Expected a fault, one of ${union.members.map(({ fields }) => fields.fault.literal).join(", ")}`
  })
)

/**
 * A fault: which requests it affects, and what happens to them.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault = typeof Fault.Type

/**
 * Schema for a {@link Script}.
 *
 * @category models
 * @since 0.1.0
 */
export const Script = Schema.Array(Fault)

/**
 * A script of faults, in the order in which they apply.
 *
 * @category models
 * @since 0.1.0
 */
export type Script = typeof Script.Type

/**
 * The script is invalid: every problem with its place, such as `[2].when`.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidScript extends Schema.TaggedError<InvalidScript>("@effect-digitalocean/testing/InvalidScript")(
  "InvalidScript",
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
 * The operations that a fault can select, such as `images.list`.
 *
 * @category models
 * @since 0.1.0
 */
export const operations: ReadonlyArray<string> = Operations.ids

/**
 * Decodes a script from a JSON value. Unknown keys are invalid.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decode = (value: unknown): Effect.Effect<Script, InvalidScript> => Effect.fromResult(decodeResult(value))

/**
 * Decodes a script from a JSON value, as a `Result`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decodeResult = (value: unknown): Result.Result<Script, InvalidScript> =>
  Result.mapError(fromJson(value), (problems) => new InvalidScript({ problems }))

/**
 * Decodes a script from JSON text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parse = (text: string): Effect.Effect<Script, InvalidScript> =>
  Effect.flatMap(
    Effect.fromResult(Result.mapError(Problems.parseJson(text), (problems) => new InvalidScript({ problems }))),
    decode
  )

/**
 * Creates a random script: each of `requests` requests is affected with a `probability`, by one of `faults`, by default
 * {@link transient}. It uses `Random`, so the same seed (`Random.withSeed`) creates the same script.
 *
 * @category constructors
 * @since 0.1.0
 */
export const random = Effect.fnUntraced(function* (options: {
  readonly requests: number
  readonly probability: number
  readonly faults?: ReadonlyArray<Fault> | undefined
}): Effect.fn.Return<Script> {
  const faults = options.faults ?? transient
  const script: Array<Fault> = []
  for (let nth = 1; nth <= options.requests; nth++) {
    if ((yield* Random.next) >= options.probability) continue
    script.push({ ...faults[yield* Random.nextIntBetween(0, faults.length, { halfOpen: true })]!, nth })
  }
  return script
})

/**
 * Transient faults: a retry succeeds.
 *
 * @category faults
 * @since 0.1.0
 */
export const transient: ReadonlyArray<Fault> = [
  { fault: "refuse" },
  { fault: "reset", when: "before" },
  { fault: "reset", when: "after" },
  { fault: "reset", when: "body" },
  { fault: "rate-limit", window: "minute", seconds: 5 },
  { fault: "status", status: 500 },
  { fault: "status", status: 502, body: "html" },
  { fault: "status", status: 503, body: "text" },
  { fault: "status", status: 504, body: "none", executed: true },
  { fault: "late", seconds: 5 },
  { fault: "slow", seconds: 5 },
  { fault: "truncate" }
]

const fromJson = Problems.decoder(Script)
