import * as Schema from "effect/Schema"

/** An option that cannot be meant, or not with the others; documented at `Release`. */
export class InvalidRelease extends Schema.TaggedError<InvalidRelease>("@effect-digitalocean/jobs/InvalidRelease")(
  "InvalidRelease",
  {
    field: Schema.String,
    problem: Schema.String
  }
) {
  override get message(): string {
    return `${this.field}: ${this.problem}`
  }
}

/** The image does not meet the options; documented at `Release`. */
export class Unfit extends Schema.TaggedError<Unfit>("@effect-digitalocean/jobs/Unfit")("Unfit", {
  image: Schema.Number,
  problem: Schema.String
}) {
  override get message(): string {
    return `image ${this.image} is unfit for a release: ${this.problem}`
  }
}
