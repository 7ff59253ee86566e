import * as Schema from "effect/Schema"

/** An option that cannot be meant, or not with the others; documented at `Release`. */
export class InvalidRelease extends Schema.TaggedError<InvalidRelease>("@effect-digitalocean/jobs/InvalidRelease")(
  "InvalidRelease",
  {
    /** the option that is invalid */
    field: Schema.String,
    /** what is wrong, in words */
    problem: Schema.String
  }
) {
  override get message(): string {
    return `${this.field}: ${this.problem}`
  }
}

/** The image does not meet the options; documented at `Release`. */
export class Unfit extends Schema.TaggedError<Unfit>("@effect-digitalocean/jobs/Unfit")("Unfit", {
  /** the id of the image */
  image: Schema.Number,
  /** why it cannot be released */
  problem: Schema.String
}) {
  override get message(): string {
    return `image ${this.image} is unfit for a release: ${this.problem}`
  }
}
