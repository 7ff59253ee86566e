/**
 * What a Droplet's actions say of its power, such as whether it is off because a job was killed before it powered the
 * Droplet on again.
 *
 * @since 0.1.0
 */
export {
  /**
   * The latest action that may have changed a Droplet's power; what errored changed nothing.
   *
   * @category getters
   * @since 0.1.0
   */
  latestPowerAction,
  /**
   * The action with which a job powered a Droplet off for a snapshot and did not power it on again, because the job was
   * killed; none when the Droplet is off for another reason.
   *
   * @category getters
   * @since 0.1.0
   */
  poweredOffByJob
} from "./internal/droplets/poweredOff.ts"
