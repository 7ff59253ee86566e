/**
 * `HOST:PORT` on a command line.
 *
 * @since 0.1.0
 */
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { createServer } from "node:net"
import { UsageError } from "../errors/Usage.ts"

/**
 * Where a runner listens, and where others reach it.
 *
 * @since 0.1.0
 */
export interface Addresses {
  readonly listen: RunnerAddress.RunnerAddress
  readonly reached: RunnerAddress.RunnerAddress
}

/**
 * Reads `HOST:PORT`, or a port alone for a host that is the default.
 *
 * @since 0.1.0
 */
export const parse = (flag: string, text: string, defaultHost?: string) => {
  const [, host = defaultHost, port = ""] = /^(?:(.+):)?(\d{1,5})$/.exec(text.trim()) ?? []
  return host === undefined || port === "" || Number(port) > 65_535
    ? Effect.fail(
        new UsageError({ problem: `${flag}: expected ${defaultHost === undefined ? "HOST:PORT" : "[HOST:]PORT"}` })
      )
    : Effect.succeed({ host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) })
}

/**
 * The addresses of a runner; a port 0 is replaced by a free one.
 *
 * @since 0.1.0
 */
export const of = Effect.fnUntraced(function* (input: {
  readonly listen: string
  readonly address: Option.Option<string>
}) {
  const given = yield* parse("--listen", input.listen)
  const port = given.port === 0 ? yield* freePort(given.host) : given.port
  const listen = RunnerAddress.make(given.host, port)
  if (Option.isNone(input.address)) {
    if (["0.0.0.0", "::"].includes(given.host)) {
      return yield* new UsageError({
        problem: `--listen ${input.listen} needs --address HOST:PORT, where other runners reach it`
      })
    }
    return { listen, reached: listen }
  }
  const address = yield* parse("--address", input.address.value)
  return { listen, reached: RunnerAddress.make(address.host, address.port === 0 ? port : address.port) }
})

const freePort = (host: string) =>
  Effect.callback<number, UsageError>((resume) => {
    const server = createServer()
    server.once("error", ({ message }) =>
      resume(Effect.fail(new UsageError({ problem: `--listen: ${host} cannot be listened on: ${message}` })))
    )
    server.listen(0, host, () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      server.close(() => resume(Effect.succeed(port)))
    })
  })
