import { assert, describe, it } from "@effect/vitest"
import { files } from "../src/repository.ts"

/** The modules that decide whether an image may be deleted, before they delete it. */
const deciding = ["packages/jobs/src/Usage.ts", "packages/jobs/src/internal/rotate/deletions.ts"]

/** What deletes an image or a snapshot: the primitive of `Ensure`, or a method of a service. */
const deletesIn = (text: string): ReadonlyArray<string> =>
  text.match(
    /\bEnsure\.deletion\(|\b(?:images|snapshots|Images|Snapshots)(?:\.endpoints)?\.delete\b|\bEnsure\b[^\n]*\bdeletion\b/g
  ) ?? []

describe("what deletes an image or a snapshot", () => {
  it("is found in a source", () => {
    for (const text of [
      "yield* Ensure.deletion(image)",
      "images.delete(image)",
      "Snapshots.use((snapshots) => snapshots.delete(7))",
      "client.run(Images.endpoints.delete, { path })",
      'import { deletion } from "Ensure.ts"; const { deletion } = Ensure // deletion'
    ]) {
      assert.isNotEmpty(deletesIn(text), text)
    }
    assert.deepStrictEqual(deletesIn("Usage.deletion(image); droplets.delete(droplet); items.delete(key)"), [])
  })

  it("stands in jobs and in doimg only where it is decided whether the image is used", () => {
    const found = files(["src"], ".ts").filter(
      ({ path, text }) => /^packages\/(jobs|cli)\//.test(path) && deletesIn(withoutComments(text)).length > 0
    )
    assert.deepStrictEqual(
      found.map(({ path }) => path),
      deciding
    )
  })

  it("stands there after the decision", () => {
    for (const path of deciding) {
      const [file] = files(["src"], ".ts").filter((file) => file.path === path)
      assert.match(file?.text ?? "", /referencesTo\(|Decisions\.decide\(/)
    }
  })
})

const withoutComments = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .join("\n")
    // a request that is only described
    .replaceAll(/\bRequestDescription\.of\(Images\.endpoints\.delete\b/g, "")
