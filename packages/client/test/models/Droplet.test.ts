import { Fixtures } from "@effect-digitalocean/testing"
import * as Droplet from "../../src/Droplet.ts"
import { testCodec } from "../support/codec.ts"

testCodec("Droplet", Droplet.Droplet, Fixtures.droplet(), ["id", "status", "created_at"])
