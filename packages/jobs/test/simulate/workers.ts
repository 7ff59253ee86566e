import { type ChildProcess, fork } from "node:child_process"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import type { Finding } from "./worker.ts"

/** How many seeds a worker simulates at once. */
const batch = 25

/** How many failures of a batch are made small. */
const maxShrinks = 1

/** Starts a process that simulates seeds; `hooks` is a module that is loaded before any other. */
export const start = (hooks?: { readonly module: string; readonly bug: string }): ChildProcess =>
  fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), {
    execArgv: ["--conditions=@effect-digitalocean/source", ...(hooks === undefined ? [] : ["--import", hooks.module])],
    env: { ...process.env, ...(hooks === undefined ? {} : { PLANTED_BUG: hooks.bug }) }
  })

/** Sends seeds to a worker, and waits for what it finds. */
export const ask = (worker: ChildProcess, seeds: ReadonlyArray<number>, shrinks: number): Promise<Finding> =>
  new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a worker ended with code ${code}`))
    worker.once("exit", onExit)
    worker.once("message", (finding) => {
      worker.off("exit", onExit)
      // a worker sends nothing else
      resolve(finding as Finding)
    })
    worker.send({ seeds, maxShrinks: shrinks })
  })

/** What is found, and the memory in use in its worker after its first seeds and now. */
interface Progress {
  readonly finding: Finding
  readonly growth: readonly [first: number, last: number]
}

/** Simulates so many seeds in one process for each core. */
export const simulateAll = async function* (first: number, count: number): AsyncGenerator<Progress> {
  let next = first
  const end = first + count
  const done: Array<Progress> = []
  let notify = () => {}
  let failure: unknown
  const work = async () => {
    const worker = start()
    let heap: number | undefined
    try {
      while (next < end) {
        const seeds = Array.from({ length: Math.min(batch, end - next) }, (_, i) => next + i)
        next += seeds.length
        const finding = await ask(worker, seeds, maxShrinks)
        // what the first batches leave are caches
        if (heap === undefined && next - first > 8 * batch) heap = finding.heap
        done.push({ finding, growth: [heap ?? finding.heap, finding.heap] })
        notify()
      }
    } finally {
      worker.disconnect()
    }
  }
  const workers = Array.from({ length: Math.min(availableParallelism(), Math.ceil(count / batch)) }, work)
  let isOver = false
  void Promise.all(workers)
    .catch((error: unknown) => {
      failure = error
    })
    .finally(() => {
      isOver = true
      notify()
    })
  while (!isOver || done.length > 0) {
    yield* done.splice(0)
    if (isOver) break
    await new Promise<void>((resolve) => {
      notify = resolve
    })
  }
  yield* done.splice(0)
  if (failure !== undefined) throw failure
}
