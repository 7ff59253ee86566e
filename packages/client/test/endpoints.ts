import type * as Endpoint from "../src/Endpoint.ts"
import {
  Accounts,
  AccountTransfers,
  Actions,
  Droplets,
  Images,
  Regions,
  Sizes,
  Snapshots,
  Tags,
  Volumes
} from "../src/index.ts"

/** What a test looks at of an endpoint. */
export type AnyEndpoint = Pick<
  Endpoint.Endpoint<unknown>,
  "operation" | "method" | "path" | "scopes" | "docs" | "decode" | "identity" | "query" | "compressed"
>

/** Every endpoint there is, by service. */
export const endpoints: ReadonlyArray<AnyEndpoint> = [
  Images,
  AccountTransfers,
  Actions,
  Droplets,
  Snapshots,
  Volumes,
  Regions,
  Sizes,
  Tags,
  Accounts
].flatMap((module): ReadonlyArray<AnyEndpoint> => Object.values(module.endpoints))

/** The table of the README. */
export const table = (): string =>
  [
    "| operation | endpoint | token scopes |",
    "|---|---|---|",
    ...endpoints.map(
      ({ docs, method, operation, path, scopes }) =>
        `| [\`${operation}\`](${docs}) | \`${method} ${path}\` | ${scopes.map((scope) => `\`${scope}\``).join(" ")} |`
    )
  ].join("\n")

/** One path answers a single Droplet or many, as it is asked. */
export const isFor = ({ operation }: AnyEndpoint, answer: object | undefined): boolean => {
  if (operation === "Droplets.create") return answer !== undefined && "droplet" in answer
  return operation !== "Droplets.createMany" || (answer !== undefined && "droplets" in answer)
}
