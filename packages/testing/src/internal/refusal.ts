/** An answer that is an error: thrown inside the account, written out at its door. */
export class Refusal extends Error {
  readonly status: number
  readonly body: { readonly id: string; readonly message: string }
  constructor(status: number, id: string, message: string) {
    super(message)
    this.status = status
    this.body = { id, message }
  }
}

export const badRequest = (message: string) => new Refusal(400, "bad_request", message)

export const unauthorized = () => new Refusal(401, "unauthorized", "Unable to authenticate you")

export const forbidden = () => new Refusal(403, "forbidden", "You are not authorized to perform this operation")

export const notFound = () => new Refusal(404, "not_found", "The resource you were accessing could not be found.")

export const unprocessable = (message: string) => new Refusal(422, "unprocessable_entity", message)

export const tooManyRequests = (message: string) => new Refusal(429, "too_many_requests", message)
