/**
 * What goes wrong, as data: a script of faults that an in-memory DigitalOcean plays.
 *
 * A `Fault` says which requests it means (by operation, by fields, the n-th of them, in a span of time) and what happens
 * to them. A script is a plain array, so it can be written as JSON, printed and repeated; `decode` and `parse` say what
 * is wrong in one and where. `random` makes a script by chance, from `Random`: the same seed, the same faults.
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
  Schema.isPattern(/^[\t\x20-\x7e\x80-\xff]*$/, { message: "Expected a header's value: one line of Latin text" })
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
 * A fault: which requests it means, and what happens to them.
 *
 * **Details**
 *
 * Which requests, every part optional:
 *
 * - `on`: an operation such as `images.list` (see `operations`), or a method and a path such as
 *   `POST /v2/images/*\/actions` (`*` is any method or one segment, `**` any path); by default every request
 * - `account`: only requests of the account of this name
 * - `where`: fields of the query or of the JSON body, such as `{ "type": "transfer", "region": "sfo3" }`
 * - `nth`: the first matching request that is hit, counted from 1, or a list of them; by default 1
 * - `times`: how many in a row are hit from there, or `always`; by default 1
 * - `after`, `until`: only requests in this span, in seconds since the beginning
 *
 * What happens, by `fault`. The account does not see the request, unless it is said:
 *
 * - `refuse`: no connection is made (`code`, by default `ECONNREFUSED`): the request was surely not sent
 * - `reset`: the connection is reset, `when` says where: `before` the request is read, `after` it is done, in the `body`
 *   of its answer
 * - `silence`: no answer ever comes; with `executed`, though the request was done
 * - `rate-limit`: 429 of the `minute` (with `retry-after`), the `hour` (without, and the budget is spent) or the
 *   `operation` (with budget left), for so many `seconds` (by default 29 and 600)
 * - `status`: any `status` from 300 to 599, such as 503, with a `body` of `json` (the default), `html`, `text` or
 *   `none`; with `executed`, though the request was done
 * - `answer`: this very `status`, `headers` and `body`
 * - `late`: done, and the answer comes so many `seconds` later
 * - `slow`: done, and the body comes in drops that take so many `seconds`
 * - `truncate`: done, and the body ends, in good order, after so many `bytes` (by default half of it)
 * - `content-type`: done, and the answer calls itself `value`
 * - `remove`, `set`, `duplicate`: done, and in the answer's JSON a `field` (`image.id`, `images.*.tags`) is missing, has
 *   another `value`, or is there twice (the second time with `value`)
 * - `total`: done, and a listing says that there are `total` rows
 * - `next`: done, and a listing's next page is `none`, the `same`, always there (`endless`) or on a host `elsewhere`
 * - `shift`: done, and right behind it so many `rows` (by default 1) are added before the account's newest image, or,
 *   below 0, taken away from there: the pages of a listing shift
 * - `stuck`: done, and the actions it began never end
 * - `vanish`: done, and the actions it began are 404 after so many `seconds`, by default at once; their work goes on
 *
 * All seconds are DigitalOcean's: `speed` divides them. Where several faults hit one request, the first that keeps it
 * from the account is played, else all of them in order.
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
 * A fault: which requests it means, and what happens to them.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault = typeof Fault.Type

/**
 * A script of faults, in the order in which they are looked at.
 *
 * @category models
 * @since 0.1.0
 */
export const Script = Schema.Array(Fault)

/**
 * A script of faults, in the order in which they are looked at.
 *
 * @category models
 * @since 0.1.0
 */
export type Script = typeof Script.Type

/**
 * A script that is none: every problem with its place, such as `[2].when`.
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
 * The operations a fault can be aimed at, such as `images.list`.
 *
 * @category models
 * @since 0.1.0
 */
export const operations: ReadonlyArray<string> = Operations.ids

/**
 * A script from a JSON value. Every problem is told, and so is a key that no fault has.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decode = (value: unknown): Effect.Effect<Script, InvalidScript> => Effect.fromResult(decodeResult(value))

/**
 * The same as a `Result`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decodeResult = (value: unknown): Result.Result<Script, InvalidScript> =>
  Result.mapError(fromJson(value), (problems) => new InvalidScript({ problems }))

/**
 * A script from JSON text.
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
 * A script by chance: of so many `requests` each is hit with a `probability`, by one of `faults` (by default all that an
 * untiring client survives: `transient`). Chance is `Random`, so `Random.withSeed` repeats a script.
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
 * What goes wrong every day, and is right when it is tried again.
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
