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
import { account, snapshots, tags } from "./internal/api/around.ts"
import { droplets } from "./internal/api/droplets.ts"
import { actions, images } from "./internal/api/images.ts"
import { firewalls, keys } from "./internal/api/keys.ts"

export {
  Action,
  Droplet,
  type ErrorBody,
  errors,
  Image,
  Region,
  Size,
  Snapshot,
  SshKey,
  Tag,
  Volume
} from "./internal/api/shared.ts"

/**
 * The whole contract.
 *
 * @since 0.1.0
 */
export const DigitalOceanApi = HttpApi.make("DigitalOcean").add(
  images,
  actions,
  droplets,
  snapshots,
  tags,
  account,
  keys,
  firewalls
)
