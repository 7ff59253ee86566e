import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as TestConsole from "effect/testing/TestConsole"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Doimg from "../src/Doimg.ts"
import * as GlobalFlags from "../src/config/GlobalFlags.ts"
import * as Interruption from "../src/process/Interruption.ts"
import * as Subcommands from "../src/Subcommands.ts"
import * as Underway from "../src/process/Underway.ts"
import { root } from "./support/process.ts"

/** The help that a command line prints. */
const help = (...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    yield* Effect.ignore(Doimg.run([...args, "--help"]))
    return (yield* TestConsole.logLines).join("\n")
  }).pipe(
    Effect.provide([TestConsole.layer, NodeServices.layer]),
    Effect.provideService(Interruption.Interruption, Interruption.make()),
    Effect.provideService(Underway.Underway, Underway.make())
  )

const listed = Subcommands.entries.flatMap(({ names: [name] }) => (name === "complete" ? [] : [name]))

/** Commands that have only subcommands. */
const groups = ["auth", "jobs", "jobs schedules"]

const names = [
  ...listed.map((name) => [name]),
  ...["login", "logout", "status"].map((name) => ["auth", name]),
  ...["list", "show", "follow", "cancel", "retry", "schedule", "schedules"].map((name) => ["jobs", name]),
  ...["list", "remove"].map((name) => ["jobs", "schedules", name])
]

/** The flags of every command whose job can be stored, which have rows of their own. */
const shared = ["--durable", "--account", "--detach"]

describe("the help", () => {
  it.effect("of doimg lists every command", () =>
    Effect.gen(function* () {
      const text = yield* help()
      for (const name of listed) assert.match(text, new RegExp(`^  ${name}\\b`, "m"))
    })
  )

  for (const path of [[], ...names]) {
    it.effect(`of doimg ${path.join(" ")} is as it was`, ({ expect }) =>
      Effect.gen(function* () {
        const text = yield* help(...path)
        expect(text).toMatchSnapshot()
        if (path.length > 0 && !groups.includes(path.join(" "))) assert.include(text, "EXAMPLES")
      })
    )
  }
})

describe("the README", () => {
  const readme = readFileSync(join(root, "packages/cli/README.md"), "utf8")
  const rows = readme.split("\n").filter((line) => line.startsWith("| "))

  for (const path of names.filter((path) => !groups.includes(path.join(" ")))) {
    it.effect(`documents doimg ${path.join(" ")} with each of its flags`, () =>
      Effect.gen(function* () {
        const row = rows.find((row) => new RegExp(`\`doimg ${path.join(" ")}\\b`).test(row))
        assert.isDefined(row)
        const [, own = ""] = /\nFLAGS\n([\s\S]*?)\n\n/.exec(yield* help(...path)) ?? []
        const flags = [...own.matchAll(/--[a-z-]+/g)].map(([flag]) => flag)
        assert.deepStrictEqual(
          flags.filter(
            (flag) => !shared.includes(flag) && !row.includes(flag) && !row.includes(flag.replace("--", "--no-"))
          ),
          []
        )
      })
    )
  }

  it("documents the flags of every command whose job can be stored", () => {
    for (const flag of shared)
      assert.isTrue(
        rows.some((row) => row.startsWith(`| \`${flag}`)),
        flag
      )
  })

  it.effect("documents the flags of every command", () =>
    Effect.gen(function* () {
      for (const flag of GlobalFlags.all)
        assert.isTrue(
          rows.some((row) => row.includes(`--${flag.id}`)),
          flag.id
        )
    })
  )

  it("documents the exit codes", () => {
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 129, 130, 141, 143])
      assert.match(readme, new RegExp(`^\\| ${code} +\\|`, "m"))
  })
})
