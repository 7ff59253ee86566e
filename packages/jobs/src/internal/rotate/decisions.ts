import * as Result from "effect/Result"
import * as Retention from "../../Retention.ts"
import * as Usage from "../../Usage.ts"

/** What a decision needs to know of an image. */
export type Candidate = Retention.Candidate & Usage.Candidate

/** Decides by the rules, and then keeps of the others what something refers to or protects. */
export const decide = <A extends Candidate>(
  images: Iterable<A>,
  options: Retention.Options,
  usage: Usage.Usage
): ReturnType<typeof Retention.decide<A>> =>
  Result.map(Retention.decide(images, options), (decisions) =>
    decisions.map((decision) => {
      const references = decision.keep ? [] : Usage.referencesTo(usage, decision.image)
      return references.length === 0 ? decision : { ...decision, keep: true, reasons: references.map(Usage.format) }
    })
  )
