/**
 * The export of logs, metrics and traces of a runner, where the environment names a collector.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import { version } from "../version.ts"

/** What names a collector: one for all signals, or for one. */
const isNamed = (): boolean =>
  Object.keys(process.env).some((name) => /^OTEL_EXPORTER_OTLP_((TRACES|METRICS|LOGS)_)?ENDPOINT$/.test(name))

/** By the standard every signal is exported unless a variable says otherwise. */
const environment = () =>
  ConfigProvider.fromEnvRecord({
    ...{ OTEL_TRACES_EXPORTER: "otlp", OTEL_METRICS_EXPORTER: "otlp", OTEL_LOGS_EXPORTER: "otlp" },
    ...process.env
  })

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
      }).pipe(
        Layer.provide([OtlpSerialization.layerJson, NodeHttpClient.layerNodeHttp, ConfigProvider.layer(environment())])
      )
    : Layer.empty
)
