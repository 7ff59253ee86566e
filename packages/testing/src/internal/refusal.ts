/** An answer that is an error: thrown inside the account, written out at its door. */
export class Refusal extends Error {
  readonly status: number
  readonly body: object
  constructor(status: number, message: string, body: object) {
    super(message)
    this.status = status
    this.body = body
  }
}

const refusal = (status: number, id: string, message: string) => new Refusal(status, message, { id, message })

export const badRequest = (message: string) => refusal(400, "bad_request", message)

/** The same of a tag that is to be made, which has a body of its own. */
export const badTag = (message: string) =>
  new Refusal(400, message, { error: message, messages: null, root_causes: [message] })

export const unauthorized = () => refusal(401, "unauthorized", "Unable to authenticate you")

export const forbidden = () => refusal(403, "forbidden", "You are not authorized to perform this operation")

export const notFound = () => refusal(404, "not_found", "The resource you were accessing could not be found.")

export const tooLarge = (message: string) => refusal(413, "payload_too_large", message)

export const misdirected = (message: string) => refusal(421, "misdirected_request", message)

export const unprocessable = (message: string) => refusal(422, "unprocessable_entity", message)

export const tooManyRequests = (message: string) => refusal(429, "too_many_requests", message)
