import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { difference, exportedNames, type Names, namesOf, snapshotOf } from "../src/exportedNames.ts"
import { libraries } from "../src/repository.ts"

const names = (modules: Readonly<Record<string, string>>): Names =>
  namesOf(Object.keys(modules)[0] ?? "", (path) => modules[path] ?? "")

describe("the exported names of a module", () => {
  it("are found with what they are: a value, a type, or both", () => {
    const text = `
      export const a = 1, b = 2
      export function f(): void {}
      export class C {}
      export interface I {}
      export type T = string
      export const Id = 1
      export type Id = number
      const hidden = 1`
    assert.deepStrictEqual(names({ "A.ts": text }), {
      ...{ C: "value and type", I: "type", Id: "value and type", T: "type", a: "value", b: "value", f: "value" }
    })
  })

  it("include those that are re-exported from other modules", () => {
    const modules = {
      "src/index.ts": `
        import { Error1, type Options } from "./internal/a.ts"
        export { Error1 }
        export type { Options }
        export { make as create } from "./internal/a.ts"
        export * as Namespace from "./internal/a.ts"
        export * from "./internal/b.ts"`,
      "src/internal/a.ts": "export class Error1 {}\nexport interface Options {}\nexport const make = 1",
      "src/internal/b.ts": "export type B = 1"
    }
    assert.deepStrictEqual(names(modules), {
      ...{ B: "type", Error1: "value and type", Namespace: "value", Options: "type", create: "value" }
    })
  })

  it("differ by what was removed and added", () => {
    const before: Record<string, Names> = { A: { x: "value", y: "type" } }
    const after: Record<string, Names> = { A: { x: "value and type" }, B: { y: "type" } }
    assert.deepStrictEqual(difference(before, before), [])
    assert.deepStrictEqual(difference(before, after), [
      "- A x (value)",
      "- A y (type)",
      "+ A x (value and type)",
      "+ B y (type)"
    ])
  })
})

for (const name of libraries) {
  describe(`the exported names of ${name}`, () => {
    const actual = exportedNames(name)

    it("are those of the snapshot", () => {
      const changes = difference(JSON.parse(readFileSync(snapshotOf(name), "utf8")), actual)
      assert.isEmpty(
        changes,
        `\nThe exported names of ${name} have changed:\n${changes.map((line) => `  ${line}`).join("\n")}\n` +
          `If that is intended, run "npm run update:exports" and commit packages/guards/exports/${name}.json.\n`
      )
    })

    for (const [specifier, names] of Object.entries(actual)) {
      it(`include every value that exists at run time: ${specifier}`, async () => {
        const values = Object.entries(names).flatMap(([name, kind]) => (kind === "type" ? [] : [name]))
        assert.deepStrictEqual(Object.keys(await import(specifier)).sort(), values.sort())
      })
    }
  })
}
