import { Fixtures } from "@effect-digitalocean/testing"
import * as Region from "../../src/Region.ts"
import { testCodec } from "../support/codec.ts"

testCodec("Region", Region.Region, Fixtures.region(), ["slug"])
