import * as Schema from "effect/Schema"
import { id } from "./id.ts"

/** A Droplet's id; documented at `Droplet.Id`. */
export const Id = id.pipe(Schema.brand("DropletId"))
