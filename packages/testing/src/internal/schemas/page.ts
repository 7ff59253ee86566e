import * as Schema from "effect/Schema"

const Link = Schema.optionalKey(Schema.String)

export const page = {
  links: Schema.Struct({
    pages: Schema.optionalKey(Schema.Struct({ first: Link, prev: Link, next: Link, last: Link }))
  }),
  meta: Schema.Struct({ total: Schema.Int })
}

export const pageQuery = {
  per_page: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 200 }))),
  page: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)))
}
