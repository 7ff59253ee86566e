import * as Context from "effect/Context"

/** The scopes that DigitalOcean's specification requires of a token for an operation: an annotation of each endpoint. */
export const RequiredScopes = Context.Reference<ReadonlyArray<string>>("@effect-digitalocean/testing/RequiredScopes", {
  defaultValue: () => []
})

/** The scopes of an endpoint that a token lacks; null for a token with all scopes. */
export const lacking = (
  { annotations }: { readonly annotations: Context.Context<never> },
  scopes: ReadonlySet<string> | null
): ReadonlyArray<string> =>
  scopes === null ? [] : Context.get(annotations, RequiredScopes).filter((scope) => !scopes.has(scope))
