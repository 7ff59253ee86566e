import type { ErrorBody } from "../DigitalOceanApi.ts"

/** An answer that is an error: thrown inside the account, written out at its door. */
export class Refusal extends Error {
  readonly body: ErrorBody
  constructor(body: ErrorBody) {
    super(body.message)
    this.body = body
  }
}

export const badRequest = (message: string) => new Refusal({ id: "bad_request", message })

export const unauthorized = () => new Refusal({ id: "unauthorized", message: "Unable to authenticate you" })

export const forbidden = (message = "You are not authorized to perform this operation") =>
  new Refusal({ id: "forbidden", message })

export const notFound = () =>
  new Refusal({ id: "not_found", message: "The resource you were accessing could not be found." })

export const unprocessable = (message: string) => new Refusal({ id: "unprocessable_entity", message })
