import { Fixtures } from "@effect-digitalocean/testing"
import * as Account from "../../src/Account.ts"
import { testCodec } from "../support/codec.ts"

testCodec("Account", Account.Account, Fixtures.account(), ["uuid"])
