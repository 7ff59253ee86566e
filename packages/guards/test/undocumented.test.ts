import { assert, describe, it } from "@effect/vitest"
import { undocumented, undocumentedIn } from "../src/undocumented.ts"
import { libraries } from "../src/repository.ts"

const members = (modules: Readonly<Record<string, string>>) =>
  undocumentedIn(Object.keys(modules)[0] ?? "", (path) => modules[path] ?? "")

describe("the members without a doc comment", () => {
  it("are those of exported interfaces, object types and services", () => {
    const text = `
      export interface I { readonly a: string; /** documented */ readonly b: string; c(): void }
      interface Hidden { readonly a: string }
      export type U = { readonly _tag: "X"; readonly x: string } | { /** documented */ readonly y: string }
      export class S extends Context.Service<S, { readonly get: Effect.Effect<void> }>()("S") {}`
    assert.deepStrictEqual(members({ "A.ts": text }), ["I.a", "I.c", "U.x", "S.get"])
  })

  it("are fields of schemas, unless an interface lists them", () => {
    const text = `
      export const Options = Schema.Struct({ a: Schema.String, /** documented */ b: Schema.String })
      export interface Options extends Schema.Schema.Type<typeof Options> {}
      export const Model = Schema.Struct({ a: Schema.String })
      export interface Model { /** documented */ readonly a: string }
      export class E extends Schema.TaggedError<E>("E")("E", { problem: Schema.String }) {}
      export const Inner = Schema.mutable(Schema.Struct({ c: Schema.String })).annotate({ title: "x" })`
    assert.deepStrictEqual(members({ "A.ts": text }), ["Options.a", "E.problem", "Inner.c"])
  })

  it("include those that are re-exported from internal modules", () => {
    const modules = {
      "src/A.ts": `
        import { B } from "./internal/b.ts"
        export { B }
        export { type C } from "./internal/b.ts"
        export { Public } from "./Public.ts"`,
      "src/internal/b.ts": "export interface B { b: 1 }\nexport interface C { c: 1 }\nexport interface D { d: 1 }",
      "src/Public.ts": "export interface Public { p: 1 }"
    }
    assert.deepStrictEqual(members(modules), ["B.b", "C.c"])
  })
})

for (const name of libraries) {
  it(`${name} exports no member without a doc comment`, () => {
    assert.deepStrictEqual(undocumented(name), [])
  })
}
