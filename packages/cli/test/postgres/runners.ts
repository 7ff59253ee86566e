import * as Effect from "effect/Effect"
import * as Database from "../../../jobs/test/postgres/database.ts"
import { password } from "../../../jobs/test/postgres/server.ts"
import { until } from "../ends/sandbox.ts"
import type { Running } from "../support/process.ts"
import type { Session } from "../support/session.ts"

/** Creates an empty database, and returns its URL. */
export const database = async (): Promise<string> => urlOf(await Effect.runPromise(Database.create()))

/** The URL of a database, with the password of its server. */
export const urlOf = (name: string, user = "postgres", secret = password): string =>
  `postgres://${user}:${secret}@127.0.0.1:${process.env["JOBS_POSTGRES_PORT"]}/${name}`

/** A runner that was started. */
export interface Runner extends Running {
  /** sends a signal, and waits for its end */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | string | null>
}

/** Starts a runner, by default one that ends fast, and waits until it is ready. */
export const startRunner = async (
  session: Session,
  url: string,
  args: ReadonlyArray<string> = ["--termination-timeout", "1s"]
): Promise<Runner> => {
  const running = session.start(["runner", "--lock-expiration", "6s", ...args], {
    DOIMG_DATABASE: url
  })
  let hasEnded = false
  void running.ended.then(() => (hasEnded = true))
  await until(async () => hasEnded || running.err().includes("ready: listening"))
  return {
    ...running,
    stop: (signal = "SIGTERM") => {
      running.child.kill(signal)
      return running.ended
    }
  }
}
