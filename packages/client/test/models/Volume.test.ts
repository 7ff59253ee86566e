import { Fixtures } from "@effect-digitalocean/testing"
import * as Volume from "../../src/Volume.ts"
import { testCodec } from "../support/codec.ts"

const { filesystem_label: _, filesystem_type: __, ...known } = Fixtures.volume()

testCodec("Volume", Volume.Volume, known, ["id", "created_at"])
