import { assert, describe, it } from "@effect/vitest"
import * as Subcommands from "../src/Subcommands.ts"

describe("a command line that may change something", () => {
  // R4: after these nothing is cut off because nobody reads the result
  for (const line of [
    ...[
      "rename 7 golden",
      "describe 7 text",
      "delete 7 --yes",
      "rm 7",
      "snapshot web-01",
      "protect 7",
      "unprotect 7",
      "promote 7 prod",
      "transfer 7 --to ams3"
    ],
    ...["convert 7", "perform-action 7 convert", "replicate 7 --to ams3", "release web-01 --series web", "preserve 7"],
    ...["import URL --name x --region ams3", "verify 7", "hand-over 7 --to-email a@b.c", "accept 7 --transfer-id 8"],
    ...["rotate --series web --keep-last 1 --yes", "request POST /v2/tags", "request delete /v2/tags/x"],
    ...["jobs cancel 7", "jobs retry 7", "jobs schedule x --cron @daily -- audit", "jobs schedules remove x"],
    "--format json snapshot web-01"
  ]) {
    it(`is doimg ${line}`, () => assert.isTrue(Subcommands.mayChange(line.split(" "))))
  }

  for (const line of [
    ...["list", "ls --private", "get 7", "latest web", "promote 7 prod --dry-run", "actions 7", "wait 7", "audit"],
    ...["regions", "sizes", "tags", "account"],
    ...["limits", "auth status", "sandbox", "rotate --series web --keep-last 1 --dry-run", "request GET /v2/images"],
    ...["jobs list", "jobs show 7", "jobs follow 7", "jobs schedules list", "runner"],
    ...["request get /v2/images", "release web-01 --series web --dry-run", "delete 7 --dry-run", "--help", ""]
  ]) {
    it(`is not doimg ${line}`, () => assert.isFalse(Subcommands.mayChange(line.split(" "))))
  }
})
