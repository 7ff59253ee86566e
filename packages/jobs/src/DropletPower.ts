/**
 * Whether a Droplet is off because a job was killed before it powered the Droplet on again.
 *
 * @since 0.1.0
 */
export {
  /**
   * The action with which a job powered a Droplet off for a snapshot and did not power it on again, because the job was
   * killed; none when the Droplet is off for another reason.
   *
   * @category getters
   * @since 0.1.0
   */
  poweredOffByJob
} from "./internal/poweredOff.ts"
