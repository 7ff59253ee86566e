import * as Schema from "effect/Schema"

/**
 * A string schema with an open type: decodes any string, and tells which ones it knows, which an editor offers. The type
 * has no name, for declarations of other packages would import it from this module, which is closed to them.
 */
export const openEnum = <const Known extends string>(known: ReadonlyArray<Known>) =>
  Object.assign(
    Schema.make<Schema.Codec<Known | (string & {}), string>>(
      Schema.String.annotate({ description: `${known.join(", ")}, or one that DigitalOcean adds later` }).ast
    ),
    {
      /** what DigitalOcean documents today */
      known,
      isKnown: (value: string): value is Known => (known as ReadonlyArray<string>).includes(value)
    }
  )
