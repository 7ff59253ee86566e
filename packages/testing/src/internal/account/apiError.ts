/** An error response of the API, thrown by operations and encoded by the request handler. */
export class ApiError extends Error {
  readonly status: number
  readonly body: object
  constructor(status: number, message: string, body: object) {
    super(message)
    this.status = status
    this.body = body
  }
}

const apiError = (status: number, id: string, message: string) => new ApiError(status, message, { id, message })

export const badRequest = (message: string) => apiError(400, "bad_request", message)

/** The error of an invalid name of a new tag, which has a body of its own. */
export const badTag = (message: string) =>
  new ApiError(400, message, { error: message, messages: null, root_causes: [message] })

export const unauthorized = () => apiError(401, "unauthorized", "Unable to authenticate you")

export const forbidden = () => apiError(403, "forbidden", "You are not authorized to perform this operation")

export const notFound = () => apiError(404, "not_found", "The resource you were accessing could not be found.")

export const tooLarge = (message: string) => apiError(413, "payload_too_large", message)

export const misdirected = (message: string) => apiError(421, "misdirected_request", message)

export const unprocessable = (message: string) => apiError(422, "unprocessable_entity", message)

export const tooManyRequests = (message: string) => apiError(429, "too_many_requests", message)
