import { Actions, DigitalOceanClient, Images } from "@effect-digitalocean/client"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const program = Images.Images.use((images) => images.get(1_000_777))

const live = Images.layer.pipe(
  Layer.provide(Actions.layer),
  Layer.provide(
    DigitalOceanClient.layer({
      token: Redacted.make(process.env["DIGITALOCEAN_TOKEN"] ?? ""),
      baseUrl: process.argv[2]
    })
  ),
  Layer.provide(FetchHttpClient.layer)
)

const image = await Effect.runPromise(Effect.provide(program, live))
process.stdout.write(`${image.name}\n`)
