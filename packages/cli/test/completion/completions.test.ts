import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../support/process.ts"
import { session } from "../support/session.ts"

const run = session()
const { doimg, doimgWith, folder, inProcessWith } = run

/** Runs a program with doimg on its path, on the sandbox. */
const shell = (command: string, args: ReadonlyArray<string>) => {
  const bin = join(folder, "path")
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, "doimg"), `#!/bin/sh\nexec node "${run.bin}" "$@"\n`, { mode: 0o755 })
  const path = `${bin}:${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`
  const env = { ...process.env, PATH: path, HOME: folder, DIGITALOCEAN_TOKEN: "any", DIGITALOCEAN_API_URL: run.url }
  return spawnSync(command, args, { env, encoding: "utf8" })
}

const has = (command: string) => spawnSync(command, ["--version"]).status === 0

describe("the completion of image names", () => {
  it("asks once and keeps the answer for a while, where nobody else can read it", async () => {
    const cache = join(folder, "cache")
    const first = await doimgWith({ XDG_CACHE_HOME: cache }, "complete", "fish", "--", "get", "web-2026-11-2")
    assert.deepStrictEqual(first, { code: 0, out: "web-2026-11-20\t166404101, snapshot in nyc3\n", err: "" })
    const [file = ""] = readdirSync(join(cache, "doimg"))
    const path = join(cache, "doimg", file)
    assert.strictEqual(statSync(path).mode & 0o77, 0)
    assert.notInclude(readFileSync(path, "utf8") + file, "secret-token")
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("web-2026-11-20", "web-2026-11-21"))
    const second = await doimgWith({ XDG_CACHE_HOME: cache }, "complete", "fish", "--", "get", "web-2026-11-2")
    assert.strictEqual(second.out, "web-2026-11-21\t166404101, snapshot in nyc3\n")
  })

  it("is silent when the account cannot be asked", async () => {
    const env = { XDG_CACHE_HOME: join(folder, "other"), DIGITALOCEAN_TOKEN: "" }
    assert.deepStrictEqual(await doimgWith(env, "complete", "zsh", "--", "get", ""), { code: 0, out: "", err: "" })
  })
})

describe("the completion of the account's regions and series", () => {
  const complete = async (...words: ReadonlyArray<string>) =>
    (await doimg("complete", "fish", "--", ...words)).out
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t")[0])

  it("offers the regions of the account, and the known ones without an account", async () => {
    assert.deepStrictEqual(await complete("transfer", "7", "--to", "ny"), ["nyc1", "nyc2", "nyc3"])
    const nobody = { DIGITALOCEAN_API_URL: "http://127.0.0.1:1" }
    const { out } = await inProcessWith(nobody, "complete", "zsh", "--", "transfer", "7", "--to", "ams")
    assert.strictEqual(out, "ams2\nams3\n")
  })

  it("offers the series that the images belong to by their names", async () => {
    assert.include(await complete("rotate", "--series", "w"), "web-{date}")
  })
})

describe("the script of each shell", () => {
  for (const name of ["bash", "zsh", "fish"]) {
    it(`is printed for ${name}`, async () => {
      const { code, err, out } = await doimg("completion", name)
      assert.deepStrictEqual({ code, err }, { code: 0, err: "" })
      assert.include(out, `doimg complete ${name} --`)
    })
  }

  it.skipIf(!has("bash"))("completes commands, flags, regions and image names in bash", () => {
    // a shell hands over the line, and the end of it that it replaces
    const ask = (line: string, replaced: string) => {
      const script = `source <(doimg completion bash); COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _doimg doimg '${replaced}'; printf '%s\\n' "\${COMPREPLY[@]}"`
      const { stderr, stdout } = shell("bash", ["-c", script])
      assert.strictEqual(stderr, "")
      return stdout.trimEnd().split("\n")
    }
    assert.deepStrictEqual(ask("doimg ren", "ren"), ["rename"])
    assert.deepStrictEqual(ask("doimg list --format=js", "js"), ["json"])
    assert.deepStrictEqual(ask("doimg transfer x --to sfo3,am", "sfo3,am"), ["sfo3,ams3"])
    const start = "web-01\\ 2026-11-2"
    assert.deepStrictEqual(ask(`doimg get ${start}`, start), ["web-01\\ 2026-11-22\\ 04:12"])
    assert.deepStrictEqual(ask('doimg get "web-01 2026-11-22 04:1', "web-01 2026-11-22 04:1"), [
      "web-01 2026-11-22 04:12"
    ])
  })

  it.skipIf(!has("fish"))("completes in fish", () => {
    const { stdout } = shell("fish", [
      "-c",
      "doimg completion fish | source; complete -C 'doimg transfer x --to sfo3,am'"
    ])
    assert.deepStrictEqual(stdout.trimEnd().split("\n"), ["sfo3,ams3\tAmsterdam 3"])
  })

  it.skipIf(!has("zsh"))("is taken by zsh", () => {
    const { status, stderr } = shell("zsh", [
      "-fc",
      "autoload -U compinit; compinit -D -u; source <(doimg completion zsh); whence -w _doimg"
    ])
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
  })
})
