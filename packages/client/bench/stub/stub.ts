import { type Child, start } from "../harness/child.ts"
import type { Stub } from "./server.ts"

/** Runs something against a DigitalOcean in another process that counts what it is asked. */
export const withStub = async <A>(
  options: Parameters<Stub["listen"]>[0],
  use: (stub: Child<Stub>, address: string) => Promise<A>
): Promise<A> => {
  const stub = await start<Stub>(new URL("./server.ts", import.meta.url))
  try {
    return await use(stub, await stub.call("listen", options))
  } finally {
    await stub.stop()
  }
}
