import { assert, describe, it, vi } from "@effect/vitest"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as CommandLine from "../../src/config/CommandLine.ts"
import * as Doimg from "../../src/Doimg.ts"
import * as Subcommands from "../../src/Subcommands.ts"

// the first test loads every command
vi.setConfig({ testTimeout: 60_000 })

const root = Effect.runPromise(Effect.map(Doimg.rootOf(Subcommands.entries), Completions.fromCommand))

const prepared = async (line: string) => Effect.runPromise(CommandLine.prepare(await root, line.split(" ")))

const refused = async (line: string) =>
  (await Effect.runPromise(Effect.flip(CommandLine.prepare(await root, line.split(" "))))).message

// R50
describe("a value that begins with a dash", () => {
  const table: ReadonlyArray<readonly [line: string, becomes: string]> = [
    ["list --sort -created_at", "list --sort=-created_at"],
    ["list --private --sort -name --format json", "list --private --sort=-name --format json"],
    ["--columns -id list", "--columns=-id list"],
    ["snapshot web-01 --name -nightly-", "snapshot web-01 --name=-nightly-"],
    ["request POST /v2/tags -d -1", "request POST /v2/tags --data=-1"],
    ["sandbox -p -1", "sandbox --port=-1"]
  ]
  for (const [line, becomes] of table) {
    it(`is one in ${line}`, async () => assert.strictEqual((await prepared(line)).join(" "), becomes))
  }
})

describe("a command line", () => {
  for (const line of [
    "",
    "list --sort name -q",
    "list --sort -q",
    "list --name --private",
    "list --sort=-name",
    "delete -yq 7",
    "list --nmae x",
    "wait -3",
    "request POST /v2/tags --data @-",
    "auth status --token-file -",
    "get -- -web --sort -x",
    "--context auth list -q",
    "-xyz --help",
    "-v"
  ]) {
    it(`${JSON.stringify(line)} is left as it is`, async () =>
      assert.strictEqual((await prepared(line)).join(" "), line))
  }

  const table: ReadonlyArray<readonly [line: string, says: string]> = [
    ["list -created_at", 'Unrecognized flag: -created_at in command doimg list: see "doimg list --help"'],
    ["list -qx", 'Unrecognized flag: -qx in command doimg list: see "doimg list --help"'],
    ["auth status -x=1", 'Unrecognized flag: -x=1 in command doimg auth status: see "doimg auth status --help"'],
    ["-abc list", 'Unrecognized flag: -abc in command doimg: see "doimg --help"'],
    ["list -t=secret", `${CommandLine.noToken}: see "doimg list --help"`],
    [`list -tdop_v1_${"0".repeat(64)}`, `${CommandLine.noToken}: see "doimg list --help"`]
  ]
  for (const [line, says] of table) {
    it(`${line.slice(0, 20)} is refused in one sentence`, async () => assert.strictEqual(await refused(line), says))
  }
})
