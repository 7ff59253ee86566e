import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schema from "effect/Schema"

const Body = Schema.Struct({ image: Schema.Struct({ id: Schema.Number, name: Schema.String }) })

const program = HttpClient.get(`${process.argv[2]}/v2/images/1000777`, {
  headers: { authorization: `Bearer ${process.env["DIGITALOCEAN_TOKEN"]}` }
}).pipe(Effect.flatMap(HttpClientResponse.schemaBodyJson(Body)), Effect.provide(FetchHttpClient.layer))

const { image } = await Effect.runPromise(program)
process.stdout.write(`${image.name}\n`)
