/**
 * DigitalOcean's API as far as images reach, as an `HttpApi`: the contract between a client and the in-memory account.
 *
 * Written from DigitalOcean's specification, independent of the client. Where the specification contradicts what
 * DigitalOcean answers (an action comes as `{ "action": {...} }`), it is the answer that is declared. Everything that is
 * declared otherwise than in the specification is listed, with its reason, in `test/contract/differences.ts`.
 *
 * @since 0.1.0
 */
import * as HttpApi from "effect/http-api/HttpApi"
import { account } from "./internal/api/account.ts"
import { autoscalePools } from "./internal/api/autoscalePools.ts"
import { droplets } from "./internal/api/droplets.ts"
import { actions, images } from "./internal/api/images.ts"
import { firewalls, keys } from "./internal/api/keys.ts"
import { snapshots } from "./internal/api/snapshots.ts"
import { tags } from "./internal/api/tags.ts"

export { Action } from "./internal/schemas/action.ts"
export { AutoscalePool } from "./internal/schemas/autoscalePool.ts"
export { Droplet } from "./internal/schemas/droplet.ts"
export { type ErrorBody, errors } from "./internal/schemas/errors.ts"
export { Image } from "./internal/schemas/image.ts"
export { Region } from "./internal/schemas/region.ts"
export { Size } from "./internal/schemas/size.ts"
export { Snapshot } from "./internal/schemas/snapshot.ts"
export { SshKey } from "./internal/schemas/sshKey.ts"
export { Tag } from "./internal/schemas/tag.ts"
export { Volume } from "./internal/schemas/volume.ts"

/**
 * The whole contract.
 *
 * @since 0.1.0
 */
export const DigitalOceanApi = HttpApi.make("DigitalOcean").add(
  images,
  actions,
  // whose paths would be read as those of a Droplet
  autoscalePools,
  droplets,
  snapshots,
  tags,
  account,
  keys,
  firewalls
)
