import { assert, describe, it } from "@effect/vitest"
import { files } from "../src/repository.ts"

const castsIn = (text: string): ReadonlyArray<string> => text.match(/\bas (\w+\.)?(Id|Slug)\b(?! from)/g) ?? []

describe("a cast to a branded id", () => {
  it("is found in a source", () => {
    assert.deepStrictEqual(castsIn("const id = n as Image.Id, slug = (s ?? null) as Slug | null"), [
      "as Image.Id",
      "as Slug"
    ])
    assert.deepStrictEqual(castsIn('import * as Id from "./Id.ts"'), [])
  })

  it("stands only where every model gets its id from", () => {
    const found = files(["src"], ".ts").filter(({ text }) => castsIn(text).length > 0)
    assert.deepStrictEqual(
      found.map(({ path }) => path),
      ["packages/client/src/internal/model/id.ts"]
    )
  })
})
