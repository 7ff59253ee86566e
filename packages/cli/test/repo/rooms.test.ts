import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { complaints, type File } from "./rooms.ts"

const root = new URL("../../../../", import.meta.url)

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8"
})
  .split("\n")
  .filter((path) => path !== "")

describe("the tree", () => {
  it("breaks no rule of who imports whom and what a source may hold", () => {
    const files = tracked
      .filter((path) => /^packages\/.*\.ts$/.test(path) && !/\/test\/repo\/rooms/.test(path))
      .map((path): File => ({ path, text: readFileSync(new URL(path, root), "utf8") }))
    assert.isAbove(files.length, 60)
    assert.deepStrictEqual(complaints(files), [])
  })

  it("has at its top only the packages and what tools force", () => {
    const top = new Set(tracked.map((path) => path.split("/")[0]))
    const allowed = [
      ...[".changeset", ".ci", ".gitignore", "LICENSE", "README.md", "biome.json", "package-lock.json", "package.json"],
      ...["packages", "tsconfig.base.json", "tsconfig.json", "vitest.workspace.ts"]
    ]
    assert.deepStrictEqual(
      [...top].filter((name) => !allowed.includes(name ?? "")),
      []
    )
  })
})

describe("a planted", () => {
  const planted: ReadonlyArray<[what: string, path: string, line: string]> = [
    [
      "import of testing by client",
      "packages/client/src/Images.ts",
      'import { Seed } from "@effect-digitalocean/testing"'
    ],
    ["import of testing by jobs", "packages/jobs/src/Rotate.ts", 'import { Seed } from "@effect-digitalocean/testing"'],
    ["import of cli", "packages/jobs/src/Rotate.ts", 'import * as X from "@effect-digitalocean/cli"'],
    ["import of Node by client", "packages/client/src/Images.ts", 'import { inspect } from "node:util"'],
    ["import of another library", "packages/client/src/Images.ts", 'import ky from "ky"'],
    ["import of the barrel", "packages/client/src/Images.ts", 'import { Effect } from "effect"'],
    [
      "import of foreign internals",
      "packages/cli/src/bin.ts",
      'import * as X from "@effect-digitalocean/client/internal/path"'
    ],
    ["noun in the law", "packages/client/src/Endpoint.ts", 'import * as Image from "./Image.ts"'],
    ["noun in the law's internals", "packages/client/src/internal/retry.ts", 'import * as Image from "../Image.ts"'],
    ["service in Actions", "packages/client/src/Actions.ts", 'import * as Images from "./Images.ts"'],
    ["import without extension", "packages/client/src/Images.ts", 'import * as Image from "./Image"'],
    ["way out of the package", "packages/client/src/Images.ts", 'import * as X from "../../testing/src/Seed.ts"'],
    ["any", "packages/client/src/Images.ts", "const x: any = 1"],
    ["clock", "packages/testing/src/Seed.ts", "const x = Date.now()"],
    ["environment", "packages/client/src/Images.ts", "const x = process.env"],
    ["console", "packages/client/src/Images.ts", "console.log(1)"],
    ["mock", "packages/client/test/Images.test.ts", 'vi.mock("x")'],
    ["title", "packages/client/test/Images.test.ts", 'it("should work", () => {})'],
    ["name", "packages/client/src/internal/utils.ts", ""],
    ["long file", "packages/client/src/Images.ts", "\n".repeat(400)]
  ]
  for (const [what, path, text] of planted) {
    it(`${what} is found`, () => assert.strictEqual(complaints([{ path, text }]).length, 1))
  }

  it("any with a reason is not", () => {
    const text = "const x: any = 1 // the library says so"
    assert.deepStrictEqual(complaints([{ path: "packages/client/src/Images.ts", text }]), [])
  })
})
