import { Server } from "./server.ts"

/** Starts a Postgres once for all files of tests; it is stopped and deleted at the end. */
export const setup = async (): Promise<() => Promise<void>> => {
  const server = await Server.start()
  process.env["JOBS_POSTGRES_PORT"] = String(server.port)
  return () => server.delete()
}
