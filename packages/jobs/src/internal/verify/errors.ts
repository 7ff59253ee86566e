import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Image from "@effect-digitalocean/client/Image"
import * as Schema from "effect/Schema"

/** Documented at `Verify`. */
export class NoPlacement extends Schema.TaggedError<NoPlacement>("@effect-digitalocean/jobs/NoPlacement")(
  "NoPlacement",
  {
    image: Image.Image,
    problem: Schema.String
  }
) {
  override get message(): string {
    return `no Droplet can be created from image ${this.image.id} (${this.image.name}): ${this.problem}`
  }
}

/** Documented at `Verify`. */
export class BootFailed extends Schema.TaggedError<BootFailed>("@effect-digitalocean/jobs/BootFailed")("BootFailed", {
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
    droplet: Droplet.Id,
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
    droplet_name: Schema.String,
    droplet: Schema.NullOr(Droplet.Id),
    problem: Schema.String
  }
) {
  override get message(): string {
    const which = this.droplet === null ? "" : ` (${this.droplet})`
    return `Droplet ${this.droplet_name}${which} may still exist and is billed, destroy it or run the job again later: ${this.problem}`
  }
}
