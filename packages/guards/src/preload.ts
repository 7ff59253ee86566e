import { deepStrictEqual } from "node:assert/strict"
import { Socket } from "node:net"
import { isDeepStrictEqual } from "node:util"
import * as Equal from "effect/Equal"

// Loaded before examples: checks its claims, requires that all of them were evaluated, and blocks the network.

declare global {
  /** Compares a computed value with the value that the example claims. */
  var $claim: (index: number, actual: unknown, expected: unknown) => void
  /** Ends one of several examples in one process: all of its claims have been evaluated. */
  var $end: (name: string, claims: number) => void
}

const evaluated = new Set<number>()

globalThis.$claim = (index, actual, expected) => {
  evaluated.add(index)
  if (!isDeepStrictEqual(actual, expected) && !Equal.equals(actual, expected)) deepStrictEqual(actual, expected)
}

globalThis.$end = (name, claims) => {
  if (evaluated.size !== claims) throw new Error(`${name}: only ${evaluated.size} of ${claims} claims were evaluated`)
  evaluated.clear()
}

process.on("exit", (code) => {
  const claims = Number(process.argv[2])
  if (code !== 0 || evaluated.size === claims) return
  process.stderr.write(`only ${evaluated.size} of ${claims} claims were evaluated\n`)
  process.exitCode = 1
})

const connect = Socket.prototype.connect
Socket.prototype.connect = function (this: Socket, ...args: Array<never>) {
  const [first] = args.flat() as ReadonlyArray<unknown>
  const host = typeof first === "object" && first !== null && "host" in first ? first.host : "localhost"
  if (!["localhost", "127.0.0.1", "::1"].includes(String(host))) throw new Error(`an example connects to ${host}`)
  return Reflect.apply(connect, this, args)
} as typeof connect
