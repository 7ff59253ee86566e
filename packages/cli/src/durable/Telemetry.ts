/**
 * The export of logs, metrics and traces of a runner, where the environment names a collector.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import { version } from "../version.ts"

/** What names a collector: one for all signals, or for one. */
const isNamed = (): boolean =>
  Object.keys(process.env).some((name) => /^OTEL_EXPORTER_OTLP_((TRACES|METRICS|LOGS)_)?ENDPOINT$/.test(name))

/**
 * Exports by OTLP as the standard variables say, such as `OTEL_EXPORTER_OTLP_ENDPOINT` and `OTEL_SERVICE_NAME`; nothing
 * without them.
 *
 * @since 0.1.0
 */
export const layer = Layer.suspend(() =>
  isNamed()
    ? Otlp.layerFromConfig({
        resource: { serviceName: process.env["OTEL_SERVICE_NAME"] ?? "doimg-runner", serviceVersion: version },
        loggerMergeWithExisting: true
      }).pipe(Layer.provide([OtlpSerialization.layerJson, NodeHttpClient.layerNodeHttp]))
    : Layer.empty
)
