import { afterAll, assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as CacheFolder from "../../src/files/CacheFolder.ts"

const root = mkdtempSync(join(tmpdir(), "cache-folder-"))
afterAll(() => rmSync(root, { recursive: true }))

const place = () => mkdtempSync(join(root, "case-"))

const uid = process.getuid?.()
const linux = (env: CacheFolder.System["env"], owner = uid): CacheFolder.System => ({
  ...{ platform: "linux", env, uid: owner }
})
const opened = (cache: string, owner = uid) => CacheFolder.open("compiled", linux({ XDG_CACHE_HOME: cache }, owner))

describe("the place of the cache", () => {
  const table: ReadonlyArray<readonly [platform: string, env: CacheFolder.System["env"], path: string | undefined]> = [
    ["linux", { HOME: "/home/me" }, "/home/me/.cache/doimg"],
    ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "" }, "/home/me/.cache/doimg"],
    ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "/fast" }, "/fast/doimg"],
    ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "relative" }, undefined],
    ["linux", { HOME: "home" }, undefined],
    ["darwin", { HOME: "/Users/me", XDG_CACHE_HOME: "/fast" }, "/Users/me/Library/Caches/doimg"],
    ["win32", { LOCALAPPDATA: "/c/me", HOME: "/home/me" }, "/c/me/doimg"],
    ["win32", { HOME: "/home/me" }, undefined]
  ]
  for (const [platform, env, path] of table) {
    it(`on ${platform} with ${JSON.stringify(env)} is ${path}`, () =>
      assert.strictEqual(CacheFolder.path({ platform, env, uid }), path))
  }
})

// R48
describe.skipIf(uid === undefined)("the cache", () => {
  it("is created for its user alone, with all that it lies in", () => {
    const cache = join(place(), "new", "cache")
    assert.strictEqual(opened(cache), join(cache, "doimg", "compiled"))
    for (const path of [cache, join(cache, "doimg"), join(cache, "doimg", "compiled")]) {
      assert.strictEqual(statSync(path).mode & 0o777, 0o700, path)
    }
    assert.strictEqual(opened(cache), join(cache, "doimg", "compiled"))
  })

  it("is used in a folder where everybody may write and only an owner may rename, as /tmp", () => {
    const cache = place()
    chmodSync(cache, 0o1777)
    assert.strictEqual(opened(cache), join(cache, "doimg", "compiled"))
  })

  const refused: ReadonlyArray<readonly [why: string, prepare: (cache: string) => void, owner?: number]> = [
    [
      "it is open to others",
      (cache) => {
        mkdirSync(join(cache, "doimg", "compiled"), { recursive: true, mode: 0o700 })
        chmodSync(join(cache, "doimg", "compiled"), 0o755)
      }
    ],
    [
      "what it lies in is open to others",
      (cache) => {
        mkdirSync(join(cache, "doimg", "compiled"), { recursive: true, mode: 0o700 })
        chmodSync(join(cache, "doimg"), 0o770)
      }
    ],
    ["everybody may replace it", (cache) => chmodSync(cache, 0o777)],
    ["its group may replace it", (cache) => chmodSync(cache, 0o770)],
    [
      "it is a symbolic link",
      (cache) => {
        mkdirSync(join(cache, "other"), { mode: 0o700 })
        mkdirSync(join(cache, "doimg"), { mode: 0o700 })
        symlinkSync(join(cache, "other"), join(cache, "doimg", "compiled"))
      }
    ],
    [
      "what it lies in is a symbolic link",
      (cache) => {
        mkdirSync(join(cache, "other"), { mode: 0o700 })
        symlinkSync(join(cache, "other"), join(cache, "doimg"))
      }
    ],
    ["it is another user's", (cache) => void opened(cache), (uid ?? 0) + 1],
    ["what it would lie in is another user's", () => undefined, (uid ?? 0) + 1]
  ]
  for (const [why, prepare, owner] of refused) {
    it(`is not used, and nothing is changed, when ${why}`, () => {
      const cache = place()
      prepare(cache)
      const before = readdirSync(cache, { recursive: true })
      assert.isUndefined(opened(cache, owner))
      assert.deepStrictEqual(readdirSync(cache, { recursive: true }), before)
    })
  }

  it("is not used where another user planted it in a folder such as /tmp", () => {
    const cache = place()
    opened(cache)
    chmodSync(cache, 0o1777)
    // the folder for temporary files belongs to root, and what is in it to whoever created it
    assert.isUndefined(opened(cache, uid === 0 ? 1000 : 0))
  })

  it("is not used where there can be none", () => {
    assert.isUndefined(opened("/dev/null"))
    assert.isUndefined(opened("relative"))
  })
})

// R48
describe.skipIf(uid === undefined)("the code that doimg compiles", () => {
  const bin = join(process.env["DOIMG_BUNDLED"] ?? "", "bin.js")
  const run = (env: NodeJS.ProcessEnv) => {
    const temporary = place()
    const base = { ...process.env, TMPDIR: temporary, NODE_COMPILE_CACHE: "", HOME: place(), XDG_CACHE_HOME: "" }
    const { status, stderr } = spawnSync(process.execPath, [bin, "--help"], {
      env: { ...base, ...env },
      encoding: "utf8"
    })
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
    return { temporary: readdirSync(temporary), home: { ...base, ...env }.HOME }
  }

  it("is kept in the user's own cache, and not where all users write", () => {
    const { home, temporary } = run({})
    assert.deepStrictEqual(temporary, [])
    const folder = join(home, ".cache", "doimg", "compiled")
    assert.strictEqual(statSync(folder).mode & 0o777, 0o700)
    assert.isAbove(readdirSync(folder, { recursive: true }).length, 2)
  })

  it("is kept nowhere when that folder is not closed to others", () => {
    const cache = place()
    mkdirSync(join(cache, "doimg", "compiled"), { recursive: true, mode: 0o700 })
    chmodSync(join(cache, "doimg", "compiled"), 0o777)
    assert.deepStrictEqual(run({ XDG_CACHE_HOME: cache }).temporary, [])
    assert.deepStrictEqual(readdirSync(join(cache, "doimg", "compiled")), [])
  })

  it("is kept where NODE_COMPILE_CACHE says", () => {
    const own = place()
    const { home } = run({ NODE_COMPILE_CACHE: own })
    assert.isFalse(existsSync(join(home, ".cache")))
    assert.isAbove(readdirSync(own, { recursive: true }).length, 2)
  })
})
