import * as Schema from "effect/Schema"

/** The known literals, offered by an editor, or any other string. */
export type Open<Known extends string> = Known | (string & {})

/** A string schema with an open type: decodes any string, and tells which ones it knows. */
export const openEnum = <const Known extends string>(known: ReadonlyArray<Known>) =>
  Object.assign(
    Schema.make<Schema.Codec<Open<Known>, string>>(
      Schema.String.annotate({ description: `${known.join(", ")}, or one that DigitalOcean adds later` }).ast
    ),
    {
      /** what DigitalOcean documents today */
      known,
      isKnown: (value: string): value is Known => (known as ReadonlyArray<string>).includes(value)
    }
  )
