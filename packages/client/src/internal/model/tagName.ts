import * as Schema from "effect/Schema"
import { refText } from "./id.ts"

const pattern = /^[A-Za-z0-9_:-]{1,255}$/

/** Whether a name is valid. */
export const isName = (name: string): boolean => pattern.test(name)

/** The name of a tag; documented at `Tag.Name`. */
export const Name = Schema.String.check(
  Schema.makeFilter(
    (name: string) => isName(name) || "Expected 1 to 255 letters, digits, colons, dashes and underscores"
  )
)

/** The name of a tag that is given as a model or as a name; documented at `Tag.nameOf`. */
export const nameOf = (tag: string | { readonly name: string }): string => refText("name", tag)
