import type * as Endpoint from "../../src/Endpoint.ts"
import {
  Accounts,
  AccountTransfers,
  Actions,
  AutoscalePools,
  Droplets,
  Images,
  Regions,
  Sizes,
  Snapshots,
  SshKeys,
  Tags,
  Volumes
} from "../../src/index.ts"

/** The properties of an endpoint that tests read. */
export type AnyEndpoint = Pick<
  Endpoint.Endpoint<unknown, string, never, never>,
  "operation" | "method" | "path" | "scopes" | "docs" | "decode" | "identity" | "query" | "body" | "compressed"
>

/** Every endpoint, by service. */
export const endpoints: ReadonlyArray<AnyEndpoint> = [
  Images,
  AccountTransfers,
  Actions,
  Droplets,
  AutoscalePools,
  Snapshots,
  Volumes,
  Regions,
  Sizes,
  SshKeys,
  Tags,
  Accounts
].flatMap((module): ReadonlyArray<AnyEndpoint> => Object.values(module.endpoints))

/** The table of endpoints in the README. */
export const table = (): string =>
  [
    "| operation | endpoint | token scopes |",
    "|---|---|---|",
    ...endpoints.map(
      ({ docs, method, operation, path, scopes }) =>
        `| [\`${operation}\`](${docs}) | \`${method} ${path}\` | ${scopes.map((scope) => `\`${scope}\``).join(" ")} |`
    )
  ].join("\n")

/** Whether a response belongs to an endpoint: one path returns a single Droplet or several, as the request says. */
export const isFor = ({ operation }: AnyEndpoint, response: object | undefined): boolean => {
  if (operation === "Droplets.create") return response !== undefined && "droplet" in response
  return operation !== "Droplets.createMany" || (response !== undefined && "droplets" in response)
}

/** The values of a path's placeholders in a request of it. */
export const pathOf = (template: string, request: string): Record<string, string | number> => {
  const [, pathname = ""] = (request.split("?")[0] ?? "").split(" ")
  const names = template.split("/")
  return Object.fromEntries(
    pathname.split("/").flatMap((value, i) => {
      const name = names[i]?.match(/^\{(\w+)\}$/)?.[1]
      return name === undefined ? [] : [[name, /^\d+$/.test(value) ? Number(value) : value]]
    })
  )
}
