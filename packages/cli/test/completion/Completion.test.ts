import { assert, describe, it, vi } from "@effect/vitest"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Completion from "../../src/completion/Completion.ts"
import * as Doimg from "../../src/Doimg.ts"
import * as ShellWords from "../../src/text/ShellWords.ts"
import * as Subcommands from "../../src/Subcommands.ts"

// the first test loads every command
vi.setConfig({ testTimeout: 60_000 })

const root = Effect.runPromise(Effect.map(Doimg.rootOf(Subcommands.entries), Completions.fromCommand))

/** What is wanted at the end of a line: the words that fit, or the kind of name. */
const wanted = async (line: string) => {
  const { before, typed, wanted } = Completion.placeOf(await root, ShellWords.split(line).words.slice(1))
  if (wanted.kind !== "words") return { kind: wanted.kind, before, typed }
  return wanted.words.map(({ value }) => before + value).filter((word) => word.startsWith(before + typed))
}

describe("the completion", () => {
  const table: ReadonlyArray<[line: string, expected: Awaited<ReturnType<typeof wanted>>]> = [
    ["doimg re", ["rename", "replicate", "release", "regions", "request"]],
    ["doimg --format json tr", ["transfer"]],
    ["doimg auth ", ["login", "logout", "status"]],
    ["doimg list --pri", ["--private"]],
    ["doimg delete --y", ["--yes"]],
    ["doimg snapshot web-01 --no-w", ["--no-wait"]],
    ["doimg list --format ", ["table", "json", "ndjson", "csv", "csv-raw"]],
    ["doimg list --format=nd", ["--format=ndjson"]],
    ["doimg sandbox --seed ", { kind: "files", before: "", typed: "" }],
    ["doimg transfer golden --to sfo3,am", { kind: "regions", before: "sfo3,", typed: "am" }],
    ["doimg transfer golden --to=sfo3,am", { kind: "regions", before: "--to=sfo3,", typed: "am" }],
    ["doimg list --region ", { kind: "regions", before: "", typed: "" }],
    ["doimg get web", { kind: "images", before: "", typed: "web" }],
    ["doimg delete --yes one tw", { kind: "images", before: "", typed: "tw" }],
    ["doimg --context ", { kind: "contexts", before: "", typed: "" }],
    ["doimg list --token-file ./t", { kind: "files", before: "", typed: "./t" }],
    ["doimg rename golden ", []],
    ["doimg perform-action golden tr", ["transfer"]],
    ["doimg request g", []],
    ["doimg request G", ["GET"]],
    ["doimg wait ", []],
    ["doimg list extra ", []]
  ]
  for (const [line, expected] of table) {
    it(`of ${JSON.stringify(line)}`, async () => assert.deepStrictEqual(await wanted(line), expected))
  }

  it("offers every command but the one that completes", async () => {
    const names = Subcommands.entries.flatMap(({ names }) => names)
    assert.sameMembers(
      (await wanted("doimg ")) as Array<string>,
      names.filter((name) => name !== "complete")
    )
  })
})

describe("a command line", () => {
  const table: ReadonlyArray<[line: string, words: ReadonlyArray<string>]> = [
    ["", [""]],
    ["a b", ["a", "b"]],
    ["a b ", ["a", "b", ""]],
    ['a\\ b \'c d\' "e \\"f"', ["a b", "c d", 'e "f']],
    ["a 'b c", ["a", "b c"]],
    ["a ''", ["a", ""]]
  ]
  for (const [line, words] of table) {
    it(`${JSON.stringify(line)} is split as bash does`, () =>
      assert.deepStrictEqual(ShellWords.split(line).words, words))
  }

  // R54
  const signs = ["a", "é", "🎉", " ", "'", '"', "\\", "$", "`", "!", "~", "{", "*", "#", ";", "(", "=", ":", "@", "-"]
  const Word = Schema.Array(Schema.Literals(signs)).check(Schema.isMinLength(1))
  const ends: Readonly<Record<ShellWords.Quote, string>> = { "": "", "'": "'", '"': '"' }

  for (const open of ["", "'", '"'] as const) {
    it.prop(
      `holds a word that is quoted where ${open === "" ? "no quote" : open} is open, whatever is in it`,
      { word: Word },
      ({ word: letters }) => {
        const word = letters.join("")
        const quoted = ShellWords.quote(word, open)
        // bash closes the quote, unless it is there
        const line = `x ${open}${quoted}${quoted.endsWith(open) ? "" : ends[open]}`
        assert.deepStrictEqual(ShellWords.split(line), { words: ["x", word], open: "" })
      },
      { arbitrary: { runs: 1000 } }
    )
  }

  const fish: ReadonlyArray<readonly [typed: string, word: string]> = [
    ["web", "web"],
    ["two\\ \\ blanks", "two  blanks"],
    ["'it\\'s \\\\ \\x", "it's \\ \\x"],
    ['"say \\"hi\\" \\$x \\y', 'say "hi" $x \\y'],
    ["'a'\"b\"c", "abc"],
    ["\\~tilde", "~tilde"]
  ]
  for (const [typed, word] of fish) {
    it(`of fish, ${JSON.stringify(typed)}, is ${JSON.stringify(word)}`, () =>
      assert.strictEqual(ShellWords.unquoteFish(typed), word))
  }
})
