import { type ChildProcess, fork } from "node:child_process"

/** What a process of its own can be asked; each takes one input and answers over IPC, so both must survive JSON. */
export type Methods = { readonly [name: string]: (input: never) => unknown }

/** A process that answers `call` until it is stopped. */
export interface Child<M extends Methods> {
  readonly call: <K extends keyof M & string>(
    name: K,
    ...input: Parameters<M[K]>[0] extends undefined ? [] : [input: Parameters<M[K]>[0]]
  ) => Promise<Awaited<ReturnType<M[K]>>>
  readonly stop: () => Promise<void>
}

interface Question {
  readonly id: number
  readonly name: string
  readonly input?: unknown
}

type Reply =
  | { readonly id: number; readonly value?: unknown }
  | { readonly id: number; readonly failure: string }
  | { readonly ready: true }

const running = new Set<ChildProcess>()
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL")
})

/** Starts a module that calls `serve`, in a process of its own. */
export const start = <M extends Methods>(
  module: URL,
  options: { readonly args?: ReadonlyArray<string>; readonly node?: ReadonlyArray<string> } = {}
): Promise<Child<M>> => {
  const child = fork(module, options.args ?? [], {
    execArgv: [...process.execArgv, ...(options.node ?? [])],
    env: { ...process.env, DIGITALOCEAN_TOKEN: "bench" }
  })
  running.add(child)
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  let asked = 0
  const call = (name: string, input?: unknown): Promise<never> =>
    new Promise((resolve, reject) => {
      waiting.set(++asked, { resolve, reject })
      child.send({ id: asked, name, input } satisfies Question)
    })
  const stop = async () => {
    if (child.connected) child.disconnect()
    await ended
  }
  return new Promise((resolve, reject) => {
    child.on("message", (reply: Reply) => {
      if ("ready" in reply) return resolve({ call, stop } as Child<M>)
      const asker = waiting.get(reply.id)
      waiting.delete(reply.id)
      if ("failure" in reply) asker?.reject(new Error(reply.failure))
      else asker?.resolve(reply.value as never)
    })
    child.once("error", reject)
    child.once("exit", (code, signal) => {
      running.delete(child)
      const error = new Error(`${module.pathname.split("/").at(-1)} ended with ${signal ?? code}`)
      reject(error)
      for (const { reject } of waiting.values()) reject(error)
    })
  })
}

/** Answers the process that started this one; ends with it. */
export const serve = (methods: Methods): void => {
  const send = (reply: Reply) => process.send?.(reply)
  process.on("message", async ({ id, input, name }: Question) => {
    try {
      send({ id, value: await methods[name]!(input as never) })
    } catch (error) {
      send({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.on("disconnect", () => process.exit(0))
  send({ ready: true })
}
