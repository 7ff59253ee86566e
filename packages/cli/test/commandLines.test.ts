import { afterAll, describe, it } from "@effect/vitest"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as FlagWords from "../src/config/FlagWords.ts"
import * as Doimg from "../src/Doimg.ts"
import * as Subcommands from "../src/Subcommands.ts"
import { run, type Setting } from "./support/commandLines.ts"
import { lines, needsDatabase, readmeFences, shells } from "./support/examples.ts"
import { root } from "./support/process.ts"

const folder = mkdtempSync(join(tmpdir(), "doimg-lines-"))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0

const settings: Readonly<Record<string, Setting>> = {
  "doimg delete 7938291 7938292": { typed: "y\n" },
  "doimg auth login": { typed: "any\r" },
  "doimg wait 36804636 36804637": {
    before: "doimg transfer golden --to sfo3,fra1 --format csv --columns id",
    ids: ["36804636", "36804637"]
  },
  "doimg wait 36804636 --timeout 2h --quiet": {
    before: "doimg transfer golden --to sfo3 --format csv --columns id",
    ids: ["36804636"]
  },
  // slow enough to be in progress when it is looked for
  "doimg actions golden --in-progress --format csv --columns id | tail -n +2 | xargs -r doimg wait": {
    before: "doimg transfer golden --to sfo3",
    speed: 15
  },
  "doimg hand-over golden --cancel 12345": {
    before: "doimg hand-over golden --to-email other@example.com --yes --format csv --columns transfer_id",
    ids: ["12345"]
  },
  ...Object.fromEntries(
    ["doimg accept 7938291 --transfer-id 12345", "doimg accept 7938291 --transfer-id 12345 --decline"].map((line) => [
      line,
      {
        before:
          "DIGITALOCEAN_TOKEN=sender doimg hand-over offered --to-email main@example.com --yes --format csv --columns transfer_id,image_id",
        ids: ["12345", "7938291"]
      }
    ])
  ),
  "doimg verify golden --check 'curl -fsS http://$DROPLET_IP/health'": {
    programs: { curl: '[ "$1 $2" = "-fsS http://$DROPLET_IP/health" ] && [ -n "$DROPLET_IP" ]' }
  },
  ...Object.fromEntries(
    [
      "doimg sandbox --port 8080",
      "doimg sandbox --seed empty --token secret",
      "doimg sandbox --port 0 --speed 600",
      "doimg sandbox --seed account.json --faults plan.json"
    ].map((line) => [line, { serves: /listening/ }])
  )
}

// R50
describe("every example of the help does what it shows, as a shell runs it:", () => {
  for (const line of lines.filter((line) => !needsDatabase(line))) {
    const setting = settings[line]
    const isMissing =
      (/\bjq\b/.test(line) && !has("jq")) ||
      (setting?.typed !== undefined && (process.platform !== "linux" || !has("script")))
    it.concurrent(line, { skip: isMissing, timeout: 90_000 }, async ({ expect }) => {
      const { code, codes, err } = await run(folder, ["sh", "-c"], line, setting)
      expect({ code, failed: codes.filter((code) => code !== 0), of: codes.length > 0 }, err).toEqual({
        ...{ code: 0, failed: [], of: true }
      })
    })
  }

  it("and no setting is for a line that is not there", ({ expect }) => {
    expect(Object.keys(settings).filter((line) => !lines.includes(line))).toEqual([])
  })
})

// R50
describe("every command line of a README does what it shows:", () => {
  for (const { code, language, line, path } of readmeFences.filter(({ code }) => !needsDatabase(code))) {
    const shell = shells[language] ?? []
    it.concurrent(`${path}:${line}`, { skip: !has(language), timeout: 90_000 }, async ({ expect }) => {
      const text = language === "zsh" ? `autoload -U compinit; compinit -D -u\n${code.trim()}` : code.trim()
      const { code: ended, codes, err } = await run(folder, shell, text)
      expect({ ended, failed: codes.filter((code) => code !== 0) }, err).toEqual({ ended: 0, failed: [] })
    })
  }
})

// R50
describe("every command line that a message advises", () => {
  const folder = join(root, "packages/cli/src")
  const sources = readdirSync(folder, { encoding: "utf8", recursive: true }).filter((path) => path.endsWith(".ts"))
  const advised = new Set(
    sources.flatMap((path) =>
      Array.from(readFileSync(join(folder, path), "utf8").matchAll(/"(doimg [a-z][^"]*)"/g), ([, line = ""]) => line)
    )
  )

  for (const line of [...advised].filter((line) => !lines.includes(line))) {
    it(`is one: ${line}`, async ({ expect }) => {
      const root = Completions.fromCommand(await Effect.runPromise(Doimg.rootOf(Subcommands.entries)))
      const [, name = "", ...words] = line.replaceAll(/\$\{[^}]*\}/g, "7").split(" ")
      const command = root.subcommands.find((command) => command.name === name)
      expect(command, name).toBeDefined()
      const flags = words.filter((word) => word.startsWith("--"))
      expect(flags.filter((flag) => FlagWords.find(command!, flag) === undefined)).toEqual([])
    })
  }
})
