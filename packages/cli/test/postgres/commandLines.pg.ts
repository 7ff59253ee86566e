import { afterAll, beforeAll, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { run, type Setting } from "../support/commandLines.ts"
import { lines, needsDatabase, readmeFences, shells } from "../support/examples.ts"
import { database } from "./runners.ts"

const folder = mkdtempSync(join(tmpdir(), "doimg-lines-"))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const submit = "doimg replicate golden --to sfo3 --detach --format csv --columns id | tail -n 1"

const id = "miiq3v2x0k3f9"

const ofJob = { before: submit, ids: [id], printed: /\b[0-9a-z]{13}\b/g }

const settings: Readonly<Record<string, Setting>> = {
  [`doimg jobs show ${id}`]: ofJob,
  [`doimg jobs cancel ${id}`]: ofJob,
  [`doimg jobs retry ${id} --detach`]: { ...ofJob, before: `id=$(${submit}); doimg jobs cancel $id >&2; echo $id` },
  [`doimg jobs follow ${id}`]: {
    ...ofJob,
    // one that is finished
    before: `doimg runner >/dev/null 2>&1 & id=$(${submit}); doimg jobs follow $id >&2; echo $id`
  },
  "doimg jobs schedules remove nightly": {
    before: "doimg jobs schedule nightly --cron '0 3 * * *' -- rotate --series web --keep-last 3 --yes"
  },
  ...Object.fromEntries(
    lines.filter((line) => line.startsWith("doimg runner")).map((line) => [line, { serves: /ready: listening/ }])
  )
}

describe("every example of the help that works on stored jobs does what it shows:", () => {
  for (const line of lines.filter(needsDatabase)) {
    it(line, async ({ expect }) => {
      const env = { DOIMG_DATABASE: await database() }
      const { code, codes, err } = await run(folder, ["sh", "-c"], line, { ...settings[line], env })
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
describe("every command line of a README that works on stored jobs does what it shows:", () => {
  for (const { code, language, line, path } of readmeFences.filter(({ code }) => needsDatabase(code))) {
    const isWhole = code.includes("apt-get")
    it.skipIf(isWhole)(`${path}:${line}`, async ({ expect }) => {
      const env = { DOIMG_DATABASE: await database() }
      const { code: ended, codes, err } = await run(folder, shells[language] ?? [], code.trim(), { env })
      expect({ ended, failed: codes.filter((code) => code !== 0) }, err).toEqual({ ended: 0, failed: [] })
    })
  }
})

/** The commands that install a Postgres on the machine, and use it: only where the machine is for that. */
describe.skipIf(!process.env["CI"])("the commands of the README from nothing to a nightly release", () => {
  const shell = (script: string) => execFileSync("sh", ["-ec", script], { encoding: "utf8" })
  const drop = `sudo service postgresql start >&2
    sudo -u postgres psql -q -c 'DROP DATABASE IF EXISTS doimg' -c 'DROP ROLE IF EXISTS doimg'`
  beforeAll(() => shell(drop), 60_000)
  afterAll(() => shell(`${drop}; sudo service postgresql stop >&2`), 60_000)

  it("do what they show, as they are written", { timeout: 300_000 }, async ({ expect }) => {
    const [fence, ...others] = readmeFences.filter(({ code, path }) => path === "README.md" && code.includes("apt-get"))
    expect(others).toEqual([])
    const code = fence?.code.trim() ?? ""
    expect(code.split("\n").length).toBe(5)
    const ended = await run(folder, ["sh", "-ec"], code, { serves: /ready: listening/ })
    expect({ code: ended.code, failed: ended.codes.filter((code) => code !== 0) }, ended.err).toEqual({
      ...{ code: 0, failed: [] }
    })
    expect(shell("sudo -u postgres psql -At doimg -c 'SELECT name, cron, kind FROM digitalocean_job_schedules'")).toBe(
      "nightly|0 3 * * *|release\n"
    )
  })
})
