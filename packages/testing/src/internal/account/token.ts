import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import { unauthorized } from "./apiError.ts"
import type { Account } from "./account.ts"
import type { World } from "./world.ts"

/** The token of a request; empty without one. */
export const tokenOf = (request: HttpServerRequest.HttpServerRequest): string =>
  /^Bearer\s+(\S+)\s*$/i.exec(request.headers["authorization"] ?? "")?.[1] ?? ""

/** The account of a request's token. Throws without one. */
export const accountOf = (world: World, request: HttpServerRequest.HttpServerRequest): Account => {
  const account = findAccount(world, request)
  if (account === undefined) throw unauthorized()
  return account
}

/** The account of a request's token, if there is one. */
export const findAccount = (world: World, request: HttpServerRequest.HttpServerRequest): Account | undefined => {
  const token = tokenOf(request)
  if (token === "") return undefined
  return (
    world.accounts.find((account) => account.token === token) ??
    world.accounts.find((account) => account.token === null)
  )
}
