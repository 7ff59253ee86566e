import { DigitalOcean, Images } from "@effect-digitalocean/client"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"

const program = Images.Images.use((images) => images.get(1_000_777))

const live = DigitalOcean.layerConfig({ baseUrl: process.argv[2] }).pipe(Layer.provide(FetchHttpClient.layer))

const image = await Effect.runPromise(Effect.provide(program, live))
process.stdout.write(`${image.name}\n`)
