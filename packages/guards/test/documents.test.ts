import { assert, describe, it } from "@effect/vitest"
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { documents, read, root } from "../src/repository.ts"

const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Record<string, string> }

const matches = (path: string, pattern: RegExp): ReadonlyArray<string> =>
  Array.from(read(path).matchAll(pattern), ([, match = ""]) => match)

describe("every npm script that is named exists:", () => {
  for (const path of [...documents, ".ci/run"]) {
    it(path, () => {
      const named = matches(path, /npm run (?:--silent )?([\w:]+)/g)
      assert.deepStrictEqual(
        named.filter((name) => !(name in scripts)),
        []
      )
    })
  }
})

describe("every file that is named or linked exists:", () => {
  for (const path of documents) {
    it(path, () => {
      const named = matches(path, /`(packages\/[\w./-]+)`/g)
      const linked = matches(path, /\]\(([^):#]+)(?:#[^)]*)?\)/g).map((target) => join(dirname(path), target))
      assert.deepStrictEqual(
        [...named, ...linked].filter((file) => !existsSync(join(root, file))),
        []
      )
    })
  }
})
