import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { root } from "./support/process.ts"
import { session } from "./support/session.ts"

const { version } = JSON.parse(readFileSync(`${root}packages/cli/package.json`, "utf8"))

const { doimg } = session()

describe("doimg", () => {
  it("--version tells the package's version", async () => {
    assert.deepStrictEqual(await doimg("--version"), { code: 0, out: `doimg v${version}\n`, err: "" })
  })

  for (const args of [["--help"], ["sandbox", "--help"]]) {
    it(`${args.join(" ")} prints help and exits 0`, async () => {
      const { code, out } = await doimg(...args)
      assert.strictEqual(code, 0)
      assert.include(out, "USAGE")
    })
  }

  it("help COMMAND prints what COMMAND --help prints", async () => {
    const [help, list, flag] = await Promise.all([doimg("help"), doimg("help", "list"), doimg("list", "--help")])
    assert.include(help.out, "doimg <subcommand>")
    assert.deepStrictEqual(list, flag)
  })

  it("says what was meant", async () => {
    const { code, err } = await doimg("lis")
    assert.strictEqual(code, 2)
    assert.strictEqual(
      err,
      'doimg: Unknown subcommand "lis" for "doimg": did you mean list or ls? see "doimg --help"\n'
    )
  })

  for (const [args, now] of [
    [["keep", "7"], "keep is now doimg preserve"],
    [["--json", "drill", "7"], "drill is now doimg verify"],
    [["act", "7", "convert"], "act is now doimg perform-action"],
    [["rotate", "--series", "web", "--keep-last", "1", "--apply"], "in place of --apply"],
    [["--completions", "bash"], "--completions SHELL is now doimg completion SHELL"]
  ] as const) {
    it(`answers the old name of ${args.join(" ")} with the new one`, async () => {
      const { code, err, out } = await doimg(...args)
      assert.deepStrictEqual({ code, out, lines: err.split("\n").length }, { code: 2, out: "", lines: 2 })
      assert.include(err, now)
    })
  }

  it("version prints what --version prints", async () => {
    assert.deepStrictEqual(await doimg("version"), await doimg("--version"))
  })

  it("without a subcommand prints help and exits 0", async () => {
    const { code, err, out } = await doimg()
    assert.deepStrictEqual({ code, err }, { code: 0, err: "" })
    assert.include(out, "USAGE")
  })

  it("sandbox --help shows its flags with an example of each use", async () => {
    const { out } = await doimg("sandbox", "--help")
    for (const text of ["--port", "--speed", "doimg sandbox --port 8080", "doimg sandbox --port 0 --speed 600"]) {
      assert.include(out, text)
    }
  })

  for (const [args, complaint] of [
    [["bogus"], "bogus"],
    [["sandbox", "--port", "x"], "--port"],
    [["sandbox", "--port", "70000"], "port"],
    [["sandbox", "--port", "-1"], "port"],
    [["sandbox", "--speed", "0"], "speed"],
    [["sandbox", "--spede", "1"], "--spede"]
  ] as const) {
    it(`${args.join(" ")} exits 2 and says what was wrong`, async () => {
      const { code, err } = await doimg(...args)
      assert.strictEqual(code, 2)
      assert.include(err, complaint)
    })
  }
})
