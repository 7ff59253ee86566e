/**
 * The image of a stored snapshot job as the result.
 *
 * @since 0.1.0
 */
import * as Image from "@effect-digitalocean/client/Image"
import * as Outcome from "@effect-digitalocean/jobs/Outcome"
import type * as Snapshot from "@effect-digitalocean/jobs/Snapshot"
import * as Schema from "effect/Schema"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import * as Job from "./Job.ts"

const isImage = Schema.is(Image.Image)

/**
 * Prints the image that a snapshot made. Without one, or if another step failed, it prints the steps.
 *
 * @since 0.1.0
 */
export const report = (ended: Snapshot.Report["results"], again: string) => {
  const images = ended.flatMap(({ outcome }) =>
    outcome._tag === "Done" && isImage(outcome.value) ? [outcome.value] : []
  )
  const [image] = images
  const isDone = ended.every(({ outcome }) => Outcome.isSuccess(outcome))
  return image !== undefined && isDone ? Output.one(Rows.image(image)) : Job.report(ended, again)
}
