import { after, before } from "node:test"
import { start } from "../support/process.ts"

/** Starts `doimg sandbox` for the tests of a file; answers its address once it listens. */
export const sandbox = (...args) => {
  const running = {}
  before(async () => {
    running.program = start("npm", ["run", "--silent", "doimg", "--", "sandbox", "--port", "0", ...args])
    const [, url] = await running.program.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)\n/)
    running.url = url
  })
  after(async () => {
    running.program.child.kill("SIGINT")
    await running.program.ended
  })
  return () => running.url
}

/** Asks until the answer fits, four times a second, and gives up after ten seconds. */
export const until = async (ask, fits) => {
  for (let left = 40; left > 0; left--) {
    const answer = await ask()
    if (fits(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error("waited for ten seconds")
}
