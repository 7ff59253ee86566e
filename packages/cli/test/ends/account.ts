import { afterAll, beforeAll } from "@effect/vitest"
import { type Account, type Options, sandbox } from "./sandbox.ts"

/** The account of a sandbox that is started once for a file or a suite of tests, and ends with it. */
export const account = (options: Options): Account => {
  const here = sandbox(options)
  beforeAll(here.begin, 60_000)
  afterAll(here.end)
  return here
}
