import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** Schema for a `URL`, encoded in JSON as an object, so that it is not decoded as the text of one. */
const UrlObject = Schema.declare((u): u is URL => u instanceof URL, {
  expected: "URL",
  toCodecJson: () =>
    Schema.link<URL>()(
      Schema.Struct({ href: Schema.String.check(Schema.makeFilter((href) => URL.canParse(href) || "Expected a URL")) }),
      SchemaTransformation.transform({
        decode: ({ href }: { readonly href: string }) => new URL(href),
        encode: ({ href }: URL) => ({ href })
      })
    )
})

/** Schema for a URL of an option. A text is not validated here: an operation with an invalid URL fails. */
export const Url = Schema.Union([Schema.String, UrlObject])

/** Formats a URL without credentials and query: a signed URL must not appear in a text. */
export const withoutSecrets = (url: string | URL): string => {
  if (!URL.canParse(String(url))) return "an invalid URL"
  const { host, pathname, protocol, search } = new URL(url)
  return `${protocol}//${host}${pathname}${search === "" ? "" : "?..."}`
}
