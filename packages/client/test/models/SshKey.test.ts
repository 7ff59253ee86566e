import { Fixtures } from "@effect-digitalocean/testing"
import * as SshKey from "../../src/SshKey.ts"
import { testCodec } from "../support/codec.ts"

testCodec("SshKey", SshKey.SshKey, Fixtures.sshKey(), ["id"])
