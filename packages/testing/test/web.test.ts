import { Actions, DigitalOcean, Images } from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import * as TestDigitalOcean from "../src/TestDigitalOcean.ts"

const image = 166404101

/** A web handler in place of `fetch`, and the requests it was given. */
const fetching = (options?: TestDigitalOcean.Options) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const { dispose, handler } = TestDigitalOcean.toWebHandler(options)
      const requests: Array<string> = []
      const fetch: typeof globalThis.fetch = (input, init) => {
        const request = new Request(input, init)
        requests.push(`${request.method} ${request.url}`)
        return handler(request)
      }
      return { dispose, fetch, requests }
    }),
    ({ dispose }) => Effect.promise(dispose)
  )

describe("the real client over fetch, answered by the web handler", () => {
  it.live("lists by page, transfers, waits and deletes", () =>
    Effect.gen(function* () {
      const { fetch, requests } = yield* fetching({ speed: 1_000_000, strict: true })
      const account = DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(FetchHttpClient.layer))
      const program = Effect.gen(function* () {
        const images = yield* Images.Images
        const actions = yield* Actions.Actions
        const listed = yield* Stream.runCollect(images.list({ private: true, per_page: 4 }))
        assert.strictEqual(listed.length, 6)
        const began = yield* images.transfer(image, "sfo3")
        const ended = yield* actions.await(began, { schedule: Schedule.spaced("5 millis") })
        assert.strictEqual(ended.status, "completed")
        assert.include((yield* images.get(image)).regions, "sfo3")
        yield* images.delete(image)
        assert.strictEqual((yield* Effect.flip(images.get(image))).reason._tag, "NotFound")
      })
      yield* program.pipe(Effect.provide(account), Effect.provideService(FetchHttpClient.Fetch, fetch))
      assert.deepStrictEqual(requests.slice(0, 3), [
        "GET https://api.digitalocean.com/v2/images?private=true&page=1&per_page=4",
        "GET https://api.digitalocean.com/v2/images?private=true&page=2&per_page=4",
        `POST https://api.digitalocean.com/v2/images/${image}/actions`
      ])
    })
  )
})

const root = fileURLToPath(new URL("../../../", import.meta.url))

/** The file a module specifier means, or the specifier itself where it is of the platform. */
const fileOf = (from: string, specifier: string): string => {
  if (specifier.startsWith(".")) return join(dirname(from), specifier)
  const [scope = "", name = "", ...rest] = specifier.split("/")
  if (scope === "@effect-digitalocean") return join(root, "packages", name, "src", `${rest.join("/") || "index"}.ts`)
  if (scope !== "effect") return specifier
  return join(root, "node_modules/effect/dist", `${[name, ...rest].join("/") || "index"}.js`)
}

const reach = (file: string, seen = new Map<string, string>(), by = ""): ReadonlyMap<string, string> => {
  if (seen.has(file)) return seen
  seen.set(file, by)
  if (!file.startsWith(root)) return seen
  const imports = readFileSync(file, "utf8").matchAll(
    /^(?:import|export)\s(?!type\b)(?:[^"';]*?\bfrom\s+)?["']([^"']+)["']/gm
  )
  for (const [, specifier = ""] of imports) reach(fileOf(file, specifier), seen, relative(root, file))
  return seen
}

describe("the modules behind the package's main path", () => {
  it("need no Node: a browser, Bun, Deno or a worker runs them", () => {
    const reached = reach(fileOf("", "@effect-digitalocean/testing"))
    assert.isAbove(reached.size, 100)
    assert.deepStrictEqual(
      [...reached].filter(([file]) => !file.startsWith(root)),
      []
    )
  })

  it("would be found to need it if one did", () => {
    const reached = reach(fileURLToPath(import.meta.url))
    assert.isTrue(reached.has("node:fs"))
  })
})
