import { describe, it } from "@effect/vitest"
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { session } from "../support/session.ts"

const { folder, shell } = session()

const place = (name: string) => {
  const at = join(folder, name)
  mkdirSync(at)
  return at
}

// R51
describe.skipIf(process.platform === "win32")("doimg audit --html", () => {
  it.concurrent("leaves the old page as it is when the new one does not fit, and says so in one line", async ({
    expect
  }) => {
    const at = place("full")
    writeFileSync(join(at, "audit.html"), "the old page")
    // no file may be larger than a few kilobytes: writing fails as on a full disk
    const { code, err, out } = await shell(`trap '' XFSZ; ulimit -f 8; doimg audit --html "${at}/audit.html"`)
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(err).toMatch(
      /^doimg: --html \S+audit\.html was not written, and what was there is unchanged: EFBIG: file too large, write\n$/
    )
    expect(readFileSync(join(at, "audit.html"), "utf8")).toBe("the old page")
    expect(readdirSync(at)).toEqual(["audit.html"])
  })

  it.concurrent("replaces a page, and keeps its permissions", async ({ expect }) => {
    const at = place("kept")
    writeFileSync(join(at, "audit.html"), "the old page", { mode: 0o640 })
    const { code } = await shell(`doimg audit --html "${at}/audit.html"`)
    expect(code).toBe(0)
    expect(readFileSync(join(at, "audit.html"), "utf8")).toMatch(/^<!doctype html>/i)
    expect(statSync(join(at, "audit.html")).mode & 0o777).toBe(0o640)
    expect(readdirSync(at)).toEqual(["audit.html"])
  })

  it.concurrent("writes to what is not a file", async ({ expect }) => {
    const { code, out } = await shell("doimg audit --html /dev/stdout --quiet | cat")
    expect(code).toBe(0)
    expect(out).toMatch(/^<!doctype html>/i)
  })
})
