import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Image from "@effect-digitalocean/client/Image"
import * as Schema from "effect/Schema"

/** Documented at `Drill`. */
export class NoPlace extends Schema.TaggedError<NoPlace>("@effect-digitalocean/jobs/NoPlace")("NoPlace", {
  image: Image.Image,
  problem: Schema.String
}) {
  override get message(): string {
    return `image ${this.image.id} (${this.image.name}) can run nowhere as asked: ${this.problem}`
  }
}

/** Documented at `Drill`. */
export class NotActive extends Schema.TaggedError<NotActive>("@effect-digitalocean/jobs/NotActive")("NotActive", {
  droplet: Droplet.Droplet
}) {
  override get message(): string {
    const { id, image, status } = this.droplet
    return `Droplet ${id} of image ${image?.id ?? "?"} is ${status} though its creation has completed`
  }
}

/** Documented at `Drill`. */
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

/** Documented at `Drill`. */
export class NotDestroyed extends Schema.TaggedError<NotDestroyed>("@effect-digitalocean/jobs/NotDestroyed")(
  "NotDestroyed",
  {
    name: Schema.String,
    droplet: Schema.NullOr(Droplet.Id),
    problem: Schema.String
  }
) {
  override get message(): string {
    const which = this.droplet === null ? "" : ` (${this.droplet})`
    return `Droplet ${this.name}${which} may still exist and is billed, destroy it or run the drill again later: ${this.problem}`
  }
}
