import * as Schema from "effect/Schema"

/**
 * Creates a string schema that accepts any string, and lists the known values, which editors suggest. The return type
 * is inlined so that the declarations of other packages do not import this internal module.
 */
export const openEnum = <const Known extends string>(known: ReadonlyArray<Known>) =>
  Object.assign(
    Schema.make<Schema.Codec<Known | (string & {}), string>>(
      Schema.String.annotate({ description: `${known.join(", ")}, or one that DigitalOcean adds later` }).ast
    ),
    {
      /** the documented values */
      known,
      isKnown: (value: string): value is Known => (known as ReadonlyArray<string>).includes(value)
    }
  )
