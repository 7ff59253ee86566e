import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { Action, AutoscalePool, Droplet, Image, Snapshot, SshKey, Tag, Volume } from "../../src/DigitalOceanApi.ts"

export interface Sending {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  /** as it is */
  readonly text?: string
  /** as JSON */
  readonly json?: unknown
  readonly host?: string
}

/** What a DigitalOcean answers: any of its bodies. */
interface Body {
  readonly id: string
  readonly message: string
  readonly image: Image
  readonly images: ReadonlyArray<Image>
  readonly action: Action
  readonly actions: ReadonlyArray<Action>
  readonly droplet: Droplet
  /** a listing of Droplets, or of the members of a pool */
  readonly droplets: ReadonlyArray<Droplet & { readonly droplet_id: number }>
  readonly autoscale_pool: AutoscalePool
  readonly history: ReadonlyArray<{ readonly reason: string; readonly status: string }>
  readonly snapshot: Snapshot
  readonly snapshots: ReadonlyArray<{ readonly id: number | string; readonly name: string }>
  readonly backups: ReadonlyArray<{ readonly id: number; readonly name: string }>
  readonly ssh_key: SshKey
  readonly ssh_keys: ReadonlyArray<SshKey>
  readonly volume: Volume
  readonly tag: Tag
  readonly tags: ReadonlyArray<Tag>
  readonly policy: object
  readonly transfer_id: number
  readonly links: { readonly pages?: { readonly [to in "first" | "prev" | "next" | "last"]?: string } }
  readonly meta: { readonly total: number }
}

/** Sends a request as a client without manners would: nothing is checked, nothing is added but the token. */
export const send = Effect.fnUntraced(function* (
  method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD",
  path: string,
  { headers, host = "https://api.digitalocean.com", json, text, token = "any" }: Sending = {}
) {
  const client = yield* HttpClient.HttpClient
  const bare = HttpClientRequest.make(method)(host + path)
  const filled =
    json !== undefined
      ? HttpClientRequest.bodyText(bare, JSON.stringify(json), "application/json")
      : text !== undefined
        ? HttpClientRequest.bodyText(bare, text)
        : bare
  const request = HttpClientRequest.setHeaders(filled, {
    ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
    ...headers
  })
  const response = yield* Effect.provideService(client.execute(request), HttpClient.TracerPropagationEnabled, false)
  const answered = yield* response.text
  // what a body holds is what each test asks about
  const body = (answered === "" ? undefined : JSON.parse(answered)) as Body
  return { status: response.status, headers: response.headers, text: answered, body }
})

export const image = (id: number | string, sending?: Sending) =>
  Effect.map(send("GET", `/v2/images/${id}`, sending), ({ body }) => body.image)

export const action = (id: number, sending?: Sending) =>
  Effect.map(send("GET", `/v2/actions/${id}`, sending), ({ body }) => body.action)

/** The status and the body of an error. */
export const refusal = (effect: ReturnType<typeof send>) =>
  Effect.map(effect, ({ body, status }) => [status, body.id, body.message])
