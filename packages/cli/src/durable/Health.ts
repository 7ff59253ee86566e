/**
 * The health of a runner over HTTP: whether it has Postgres, and shards of the cluster; and its metrics for Prometheus.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as ShardId from "effect/cluster/ShardId"
import * as Sharding from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import { createServer } from "node:http"
import { UsageError } from "../errors/Usage.ts"

/** Why the runner cannot work, or undefined. */
const problemOf = Effect.fnUntraced(function* (shards: number) {
  const sql = yield* PgClient.PgClient
  const sharding = yield* Sharding.Sharding
  if (yield* sharding.isShutdown) return "the runner is shutting down"
  const isReachable = yield* sql`SELECT 1`.pipe(Effect.timeout("2 seconds"), Effect.isSuccess)
  if (!isReachable) return "the database does not respond"
  const isHolding = Array.from({ length: shards }, (_, index) => ShardId.make("default", index + 1)).some(
    sharding.hasShardId
  )
  return isHolding
    ? undefined
    : "no shards are held: the runner has just started, or there are more runners than shards"
})

const respond = Effect.fnUntraced(function* (shards: number) {
  const { url } = yield* HttpServerRequest.HttpServerRequest
  switch (url.split("?")[0]) {
    case "/health": {
      const reason = yield* problemOf(shards)
      return reason === undefined
        ? HttpServerResponse.jsonUnsafe({ status: "ok" })
        : HttpServerResponse.jsonUnsafe({ status: "unavailable", reason }, { status: 503 })
    }
    case "/metrics":
      return HttpServerResponse.text(yield* PrometheusMetrics.format(), {
        contentType: "text/plain; version=0.0.4; charset=utf-8"
      })
    default:
      return HttpServerResponse.text("GET /health or /metrics\n", { status: 404 })
  }
})

/** Where to listen, and how many shards the cluster has. */
interface Options {
  readonly host: string
  readonly port: number
  readonly shards: number
}

/**
 * Serves the health of the runner in the context.
 *
 * @since 0.1.0
 */
export const layer = ({ host, port, shards }: Options) =>
  HttpServer.serve(Effect.withTracerEnabled(respond(shards), false)).pipe(
    Layer.provide(NodeHttpServer.layer(createServer, { host, port, gracefulShutdownTimeout: "1 second" })),
    Layer.catchTag("ServeError", () =>
      Layer.effectDiscard(new UsageError({ problem: `--health: port ${port} of ${host} cannot be listened on` }))
    )
  )
