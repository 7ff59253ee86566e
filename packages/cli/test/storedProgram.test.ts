import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { session } from "./support/session.ts"

const { bin, program } = session()

const folder = pathToFileURL(join(bin, "..")).href

/** Writes the file of each module that is loaded. */
const hook = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module"
  registerHooks({ load: (url, context, next) => (process._rawDebug("loaded " + url), next(url, context)) })
`)}`

/** The files of the published doimg that a command line loads, by their paths in its folder. */
const loaded = async (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}): Promise<ReadonlyArray<string>> => {
  const { err } = await program(process.execPath, ["--import", hook, bin, ...args], { DOIMG_DATABASE: "", ...env })
  return Array.from(err.matchAll(/^loaded (\S+)$/gm), ([, url = ""]) => url)
    .filter((url) => url.startsWith(folder))
    .map((url) => url.slice(folder.length + 1))
}

const unreachable = "postgres://localhost:1/jobs"

const isForStoredJobs = (file: string): boolean => file.startsWith("stored/") || file.startsWith("_absent")

describe("the program for stored jobs", () => {
  for (const line of [
    "list",
    "--help",
    "replicate 165120954 --to fra1",
    "audit",
    "snapshot db-01 --dry-run",
    "regions"
  ]) {
    it(`is not loaded by doimg ${line}`, async () => {
      const files = await loaded(line.split(" "))
      assert.include(files, "bin.js")
      assert.deepStrictEqual(files.filter(isForStoredJobs), [])
    })
  }

  for (const [line, env] of [
    ["jobs list", {}],
    ["runner", {}],
    [`replicate 165120954 --to fra1 --durable ${unreachable}`, {}],
    [`replicate 165120954 --to fra1 --durable=${unreachable}`, {}],
    ["replicate 165120954 --to fra1", { DOIMG_DATABASE: unreachable }]
  ] as const) {
    it(`is loaded by doimg ${line}${"DOIMG_DATABASE" in env ? " with a database in the environment" : ""}`, async () => {
      const files = await loaded(line.split(" "), env)
      assert.include(files, "stored/main.js")
      assert.deepStrictEqual(
        files.filter((file) => file.startsWith("_absent") || file.startsWith("main-")),
        []
      )
    })
  }

  it("leaves what a listing loads as small as it was without stored jobs", async () => {
    const files = await loaded(["list"])
    const texts = files.map((file) => readFileSync(join(bin, "..", file), "utf8"))
    assert.deepStrictEqual(
      ["digitalocean_jobs", "pg_notify", "cluster_messages", "WorkflowEngine"].filter((word) =>
        texts.some((text) => text.includes(word))
      ),
      []
    )
    const size = texts.reduce((sum, text) => sum + text.length, 0)
    // 527 KB in November 2026, as much as without stored jobs
    assert.isAtMost(size, 535_000)
  })
})
