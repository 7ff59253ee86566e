import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Image from "@effect-digitalocean/client/Image"
import * as Schema from "effect/Schema"

/** Documented at `Verify`. */
export class NoPlacement extends Schema.TaggedError<NoPlacement>("@effect-digitalocean/jobs/NoPlacement")(
  "NoPlacement",
  {
    /** the image */
    image: Image.Image,
    /** why no Droplet can be created from it */
    problem: Schema.String
  }
) {
  override get message(): string {
    return `no Droplet can be created from image ${this.image.id} (${this.image.name}): ${this.problem}`
  }
}

/** Documented at `Verify`. */
export class BootFailed extends Schema.TaggedError<BootFailed>("@effect-digitalocean/jobs/BootFailed")("BootFailed", {
  /** the Droplet, which is not active */
  droplet: Droplet.Droplet
}) {
  override get message(): string {
    const { id, image, status } = this.droplet
    return `Droplet ${id} of image ${image?.id ?? "?"} is ${status} though its creation has completed`
  }
}

/** Documented at `Verify`. */
export class CheckFailed extends Schema.TaggedError<CheckFailed>("@effect-digitalocean/jobs/CheckFailed")(
  "CheckFailed",
  {
    /** the id of the Droplet */
    droplet: Droplet.Id,
    /** what the check reported */
    problem: Schema.String
  }
) {
  override get message(): string {
    return `the check of Droplet ${this.droplet} failed: ${this.problem}`
  }
}

/** Documented at `Verify`. */
export class CleanupFailed extends Schema.TaggedError<CleanupFailed>("@effect-digitalocean/jobs/CleanupFailed")(
  "CleanupFailed",
  {
    /** the name of the Droplet */
    droplet_name: Schema.String,
    /** the id of the Droplet; null if it is not known whether it exists */
    droplet: Schema.NullOr(Droplet.Id),
    /** why it is not deleted */
    problem: Schema.String
  }
) {
  override get message(): string {
    const which = this.droplet === null ? "" : ` (${this.droplet})`
    return `Droplet ${this.droplet_name}${which} may still exist and is billed, destroy it or run the job again later: ${this.problem}`
  }
}
