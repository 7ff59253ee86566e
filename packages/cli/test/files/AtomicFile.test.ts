import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as PlatformError from "effect/PlatformError"
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as AtomicFile from "../../src/files/AtomicFile.ts"

const root = mkdtempSync(join(tmpdir(), "atomic-"))
afterAll(() => rmSync(root, { recursive: true }))

const folder = () => mkdtempSync(join(root, "case-"))

const run = <A, E>(program: Effect.Effect<A, E, FileSystem.FileSystem>) =>
  Effect.runPromise(Effect.provide(program, NodeFileSystem.layer))

const full = (method: string) =>
  PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method, description: "ENOSPC" })

/** A disk that is full after the first ten bytes, or on which the last step fails. */
const failing = (step: "write" | "sync" | "rename") =>
  Effect.map(FileSystem.FileSystem, (fs) =>
    FileSystem.FileSystem.of({
      ...fs,
      rename: (from, to) => (step === "rename" ? Effect.fail(full("rename")) : fs.rename(from, to)),
      open: (path, options) =>
        Effect.map(fs.open(path, options), (file) => ({
          ...file,
          writeAll: (bytes) =>
            Effect.andThen(
              file.writeAll(bytes.slice(0, 10)),
              step === "write" ? Effect.fail(full("write")) : file.writeAll(bytes.slice(10))
            ),
          sync: step === "sync" ? Effect.fail(full("sync")) : file.sync
        }))
    })
  )

describe("a file that is written", () => {
  it("is there as a whole, alone in its folder, for everybody the umask lets read it", async () => {
    const at = folder()
    await run(AtomicFile.write(join(at, "page.html"), "größe"))
    assert.deepStrictEqual(readdirSync(at), ["page.html"])
    assert.strictEqual(readFileSync(join(at, "page.html"), "utf8"), "größe")
    assert.strictEqual(statSync(join(at, "page.html")).mode & 0o777, 0o666 & ~process.umask())
  })

  it("may have the longest name that there is", async () => {
    const at = folder()
    for (const name of ["n".repeat(255), `${"é".repeat(127)}n`]) {
      await run(AtomicFile.write(join(at, name), "new"))
      assert.strictEqual(readFileSync(join(at, name), "utf8"), "new")
    }
  })

  it("is created where links lead that lead to links, which all stay", async () => {
    const at = folder()
    mkdirSync(join(at, "pages"))
    symlinkSync("second", join(at, "first"))
    symlinkSync("pages/third", join(at, "second"))
    symlinkSync("page.html", join(at, "pages", "third"))
    await run(AtomicFile.write(join(at, "first"), "new"))
    assert.strictEqual(readFileSync(join(at, "pages", "page.html"), "utf8"), "new")
    for (const link of ["first", "second", "pages/third"]) {
      assert.isTrue(lstatSync(join(at, link)).isSymbolicLink(), link)
    }
  })

  it("is refused at links that lead in a circle, which stay", async () => {
    const at = folder()
    symlinkSync("b", join(at, "a"))
    symlinkSync("a", join(at, "b"))
    await run(Effect.flip(AtomicFile.write(join(at, "a"), "new")))
    assert.isTrue(["a", "b"].every((link) => lstatSync(join(at, link)).isSymbolicLink()))
    assert.deepStrictEqual(readdirSync(at), ["a", "b"])
  })

  it("has the mode that was given", async () => {
    const path = join(folder(), "names.json")
    await run(AtomicFile.write(path, "{}", { mode: 0o600 }))
    assert.strictEqual(statSync(path).mode & 0o777, 0o600)
  })

  // R51
  it("keeps the permissions of the one it replaces", async () => {
    const path = join(folder(), "page.html")
    writeFileSync(path, "old", { mode: 0o640 })
    await run(AtomicFile.write(path, "new", { mode: 0o600 }))
    assert.deepStrictEqual([readFileSync(path, "utf8"), statSync(path).mode & 0o777], ["new", 0o640])
  })

  it("replaces what a symbolic link leads to, there or not, and the link stays", async () => {
    const at = folder()
    for (const name of ["there", "missing"]) {
      if (name === "there") writeFileSync(join(at, name), "old")
      symlinkSync(name, join(at, `to-${name}`))
      await run(AtomicFile.write(join(at, `to-${name}`), "new"))
      assert.isTrue(lstatSync(join(at, `to-${name}`)).isSymbolicLink())
      assert.strictEqual(readFileSync(join(at, name), "utf8"), "new")
    }
  })

  it.skipIf(process.platform === "win32")("is written to where it is a device", async () => {
    await run(AtomicFile.write("/dev/null", "text"))
    assert.isTrue(statSync("/dev/null").isCharacterDevice())
  })

  // R51
  for (const step of ["write", "sync", "rename"] as const) {
    it(`is the old one when ${step} fails, and nothing is left beside it`, async () => {
      const at = folder()
      writeFileSync(join(at, "page.html"), "the old page")
      const program = Effect.provideServiceEffect(
        Effect.flip(AtomicFile.write(join(at, "page.html"), "a new page that is larger")),
        FileSystem.FileSystem,
        failing(step)
      )
      assert.strictEqual((await run(program)).reason._tag, "Unknown")
      assert.deepStrictEqual(readdirSync(at), ["page.html"])
      assert.strictEqual(readFileSync(join(at, "page.html"), "utf8"), "the old page")
    })
  }
})
