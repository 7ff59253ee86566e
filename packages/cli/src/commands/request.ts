import * as DigitalOceanClient from "@effect-digitalocean/client/DigitalOceanClient"
import type * as DigitalOceanError from "@effect-digitalocean/client/DigitalOceanError"
import type * as Endpoint from "@effect-digitalocean/client/Endpoint"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Input from "../files/Input.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { UsageError } from "../errors/Usage.ts"
import { dryRun } from "../args/ChangeFlags.ts"
import { withAccount } from "../run/Account.ts"

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const

export const command = Command.make(
  "request",
  {
    method: Argument.String("method").pipe(
      Argument.withMetavar("METHOD"),
      Argument.withDescription("GET, POST, PUT, PATCH or DELETE")
    ),
    path: Argument.String("path").pipe(
      Argument.withMetavar("PATH"),
      Argument.withDescription("From the root of the API, with its query, such as /v2/images?private=true")
    ),
    data: Flag.String("data").pipe(
      Flag.withAlias("d"),
      Flag.withMetavar("JSON|@FILE"),
      Flag.withDescription("The body; @- is stdin"),
      Flag.optional
    ),
    dryRun
  },
  withAccount(
    // an answer is printed as it stands
    ({ dryRun }) => (dryRun ? ["method", "path", "body"] : []),
    Effect.fnUntraced(function* (input) {
      const method = methods.find((method) => method === input.method.toUpperCase())
      if (method === undefined) {
        return yield* new UsageError({ problem: `METHOD: expected one of ${methods.join(", ")}, got ${input.method}` })
      }
      const body = Option.isNone(input.data) ? undefined : yield* Input.json("--data", input.data.value)
      const request = { method, body, ...split(input.path) }
      if (input.dryRun && method !== "GET") {
        return yield* Output.one(Rows.own({ method, path: input.path, body: body ?? null }))
      }
      return yield* Option.match(yield* send(request), {
        onNone: () => Effect.void,
        onSome: Output.document
      })
    })
  )
).pipe(
  Command.withDescription(
    "Send any request to the API, and print the JSON of its answer as it stands. A POST is never sent twice"
  ),
  Command.withShortDescription("Send any request to the API"),
  Command.withExamples([
    { command: "doimg request GET '/v2/snapshots?resource_type=volume'", description: "What has no command" },
    { command: `doimg request POST /v2/tags --data '{"name":"golden"}'`, description: "With a body" },
    { command: "doimg request DELETE /v2/tags/golden", description: "Prints nothing when the answer is empty" }
  ])
)

const split = (text: string) => {
  const at = text.indexOf("?")
  const path = at < 0 ? text : text.slice(0, at)
  return {
    path: path.startsWith("/") ? path : `/${path}`,
    query: at < 0 ? undefined : Object.fromEntries(new URLSearchParams(text.slice(at + 1)))
  }
}

/** The JSON of the answer; none when the answer is a success without one. */
const send = Effect.fnUntraced(function* (request: {
  readonly method: Endpoint.Method
  readonly path: string
  readonly query: Record<string, string> | undefined
  readonly body: unknown
}) {
  const client = yield* DigitalOceanClient.DigitalOceanClient
  return yield* client.request({ ...request, schema: Schema.Unknown }).pipe(
    Effect.map(Option.some),
    Effect.catchIf(isEmpty, () => Effect.succeedNone)
  )
})

/** A success without a body is what DELETE and some POSTs answer. */
const isEmpty = (error: DigitalOceanError.DigitalOceanError): boolean =>
  error.reason._tag === "DecodeError" && error.reason.isEmpty === true
