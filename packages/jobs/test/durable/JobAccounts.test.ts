import { Accounts } from "@effect-digitalocean/client"
import { BuiltInKinds, DurableJobs, JobAccounts, JobRunner, JobStore } from "@effect-digitalocean/jobs/durable"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Crash from "../support/crash.ts"
import { stored } from "./runnerContract.ts"

const secret = "dop_v1_secret"

const digitalOcean = TestDigitalOcean.layer({ accounts: [{ name: "us", token: secret }] })

/** Accounts of an environment, over real files. */
const accounts = (environment: Readonly<Record<string, string>>) =>
  JobAccounts.layerConfig().pipe(
    Layer.provideMerge([digitalOcean, NodeFileSystem.layer, Path.layer]),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(environment)))
  )

/** A new folder with files. */
const folderOf = Effect.fnUntraced(function* (
  files: Readonly<Record<string, { readonly text: string; readonly mode: number }>>
) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  for (const [name, { mode, text }] of Object.entries(files)) {
    yield* fs.writeFileString(`${folder}/${name}`, text)
    yield* fs.chmod(`${folder}/${name}`, mode)
  }
  return folder
}, Effect.provide(NodeFileSystem.layer))

const emailOf = (account: string) =>
  Effect.gen(function* () {
    const services = yield* Effect.flatMap(JobAccounts.JobAccounts, ({ services }) => services(account))
    const { email } = yield* Effect.provide(
      Accounts.Accounts.use(({ get }) => get),
      services
    )
    return email
  })

const problemOf = (account: string) => Effect.map(Effect.flip(emailOf(account)), String)

describe("the token of an account", () => {
  it.effect("is in its environment variable", () =>
    Effect.gen(function* () {
      assert.isString(yield* emailOf("eu-west"))
      assert.include(yield* problemOf("other"), "set the environment variable DIGITALOCEAN_TOKEN_OTHER")
    }).pipe(Effect.provide(accounts({ DIGITALOCEAN_TOKEN_EU_WEST: secret }), { local: true }))
  )

  it.effect("is in a file of its name, with or without a newline, else in the variable", () =>
    Effect.gen(function* () {
      const files = { a: { text: `${secret}\n`, mode: 0o600 }, b: { text: secret, mode: 0o400 } }
      const folder = yield* folderOf(files)
      const environment = {
        DIGITALOCEAN_TOKENS_FOLDER: folder,
        DIGITALOCEAN_TOKEN_C: secret,
        DIGITALOCEAN_TOKEN_A: "x"
      }
      yield* Effect.gen(function* () {
        for (const account of ["a", "b", "c"]) assert.isString(yield* emailOf(account))
        const problem = yield* problemOf("d")
        assert.include(problem, `set the environment variable DIGITALOCEAN_TOKEN_D or create the file d in ${folder}`)
      }).pipe(Effect.provide(accounts(environment), { local: true }))
    })
  )

  it.effect("is refused in a file that others can read, and in one without a token", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({
        ...{ a: { text: secret, mode: 0o640 }, b: { text: secret, mode: 0o604 } },
        ...{ "c.d": { text: "\n", mode: 0o600 }, e: { text: `${secret}\0x`, mode: 0o600 } }
      })
      yield* Effect.gen(function* () {
        for (const account of ["a", "b"]) {
          const problem = yield* problemOf(account)
          assert.include(problem, `others can read the token: run chmod 600 ${folder}/${account}`)
        }
        assert.include(yield* problemOf("c.d"), `${folder}/c.d is empty`)
        assert.notInclude(yield* problemOf("e"), secret)
      }).pipe(Effect.provide(accounts({ DIGITALOCEAN_TOKENS_FOLDER: folder }), { local: true }))
    })
  )

  it.effect("is not read outside of the folder", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ token: { text: secret, mode: 0o600 } })
      yield* Effect.gen(function* () {
        for (const account of ["../token", "..", ".", "", "a/../../token", "\0", "/token", "..\\token", ".hidden"]) {
          assert.include(yield* problemOf(account), "its name cannot be that of a file")
        }
        assert.include(yield* problemOf("inner"), "inner is not a file")
      }).pipe(Effect.provide(accounts({ DIGITALOCEAN_TOKENS_FOLDER: `${folder}/inner/..` }), { local: true }), (test) =>
        Effect.andThen(
          FileSystem.FileSystem.use((fs) => fs.makeDirectory(`${folder}/inner`)).pipe(
            Effect.provide(NodeFileSystem.layer)
          ),
          test
        )
      )
    })
  )
})

describe("a token that was replaced", () => {
  it.effect("is used by the next attempt of a job whose requests were refused with 401, and stored nowhere", () => {
    let token = `${secret}-old`
    const layer = JobAccounts.layer(() => Effect.sync(() => Redacted.make(token))).pipe(
      Layer.provideMerge(digitalOcean),
      Layer.merge(JobStore.layerMemory),
      Layer.merge(BuiltInKinds.layer)
    )
    return Effect.gen(function* () {
      const job = yield* stored({ regions: ["nyc3"] })
      const run = yield* Effect.forkChild(JobRunner.run(job))
      yield* Effect.sleep("30 seconds")
      const refused = yield* DurableJobs.get(job.id)
      assert.deepInclude(refused, { state: "submitted", attempts: 1 })
      assert.include(refused.problem?.message ?? "", "401")
      assert.notInclude(JSON.stringify(refused), secret)
      token = secret
      yield* Effect.sleep("2 minutes")
      assert.isDefined(run.pollUnsafe())
      assert.deepInclude(yield* DurableJobs.get(job.id), { state: "done", attempts: 2 })
      const { services } = yield* JobAccounts.JobAccounts
      assert.strictEqual(yield* services("production"), yield* services("production"))
    }).pipe(Crash.passing, Effect.provide(layer, { local: true }))
  })
})
