import * as Client from "@effect-digitalocean/client"
import * as Jobs from "@effect-digitalocean/jobs"
import * as Testing from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { files } from "../src/repository.ts"

interface Declared {
  /** the identifier of its schema */
  readonly identifier: string
  readonly tag: string
}

/** The tagged errors that a source declares. `taggedError` of the client adds the name of its package to the tag. */
const declared = (text: string): ReadonlyArray<Declared> =>
  Array.from(
    text.matchAll(/(?:Schema\.TaggedError<\w+>\(\s*(?:"([^"]*)")?\s*\)|(taggedError)<\w+>\(\))\(\s*"(\w+)"/g),
    ([, identifier = "", isOfClient, tag = ""]) => ({
      identifier: isOfClient === undefined ? identifier : `@effect-digitalocean/client/${tag}`,
      tag
    })
  )

interface ErrorClass {
  readonly identifier: string
  readonly fields: { readonly _tag: { readonly schema: { readonly literal: string } } }
}

const isErrorClass = (value: unknown): value is ErrorClass =>
  typeof value === "function" && value.prototype instanceof Error && Predicate.hasProperty(value, "identifier")

/** The error classes that the modules of a package export. */
const exported = (index: object): ReadonlySet<ErrorClass> =>
  new Set(Object.values(index).flatMap((module: object) => Object.values(module).filter(isErrorClass)))

describe("the errors of the packages", () => {
  const errors = files(["src"], ".ts").flatMap(({ path, text }) =>
    declared(text).map((error) => ({ ...error, name: path.split("/")[1] }))
  )

  it("are found in a source", () => {
    assert.deepStrictEqual(declared('class A extends Schema.TaggedError<A>()("A", {}) {}'), [
      { identifier: "", tag: "A" }
    ])
    assert.deepStrictEqual(declared('class A extends Schema.TaggedError<A>(\n  "p/A"\n)("A", {}) {}'), [
      { identifier: "p/A", tag: "A" }
    ])
    assert.deepStrictEqual(declared('class A extends taggedError<A>()("A", {}) {}'), [
      { identifier: "@effect-digitalocean/client/A", tag: "A" }
    ])
    assert.isAbove(errors.length, 60)
  })

  for (const { identifier, name, tag } of errors) {
    it(`have an identifier that names the package ${name}: ${tag}`, () =>
      assert.strictEqual(identifier, `@effect-digitalocean/${name}/${tag}`))
  }

  it("have one name each", () => {
    const tags = errors.map(({ tag }) => tag)
    assert.deepStrictEqual(
      tags.filter((tag, i) => tags.indexOf(tag) !== i),
      []
    )
  })

  for (const [name, index] of Object.entries({ client: Client, jobs: Jobs, testing: Testing })) {
    it(`have no field that replaces a property of Error: ${name}`, () =>
      assert.deepStrictEqual(
        Array.from(exported(index)).flatMap(({ fields, identifier }) =>
          ["name", "message", "stack"].filter((field) => field in fields).map((field) => `${identifier}.${field}`)
        ),
        []
      ))

    it(`are classes with these identifiers, exported by ${name}`, () => {
      const identifiers = Array.from(exported(index), ({ identifier }) => identifier)
      const known = errors.filter((error) => error.name === name).map(({ identifier }) => identifier)
      assert.isNotEmpty(identifiers)
      assert.deepStrictEqual(identifiers, [...new Set(identifiers)])
      assert.isEmpty(identifiers.filter((identifier) => !known.includes(identifier)))
    })
  }

  it.effect("are caught by their short tag", () =>
    Effect.gen(function* () {
      const { NotFound } = Client.DigitalOceanError
      const failure = Effect.fail(new NotFound({ status: 404, id: "not_found", detail: "any" }))
      assert.strictEqual(yield* Effect.catchTag(failure, "NotFound", ({ _tag }) => Effect.succeed(_tag)), "NotFound")
    })
  )

  it("are not mistaken for another package's error of the same name", () => {
    class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {}) {}
    assert.isFalse(Schema.is(Client.DigitalOceanError.NotFound)(new NotFound()))
  })
})
