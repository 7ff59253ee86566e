import { deepStrictEqual } from "node:assert/strict"
import { Socket } from "node:net"
import { isDeepStrictEqual } from "node:util"
import * as Equal from "effect/Equal"

// What an example runs under: its claims are checked, each must be met, and nothing leaves the machine.

declare global {
  /** Holds one claim of an example against what was computed. */
  var $claim: (index: number, actual: unknown, expected: unknown) => void
}

const met = new Set<number>()

globalThis.$claim = (index, actual, expected) => {
  met.add(index)
  if (!isDeepStrictEqual(actual, expected) && !Equal.equals(actual, expected)) deepStrictEqual(actual, expected)
}

process.on("exit", (code) => {
  const claims = Number(process.argv[2])
  if (code !== 0 || met.size === claims) return
  process.stderr.write(`only ${met.size} of ${claims} values were computed\n`)
  process.exitCode = 1
})

const connect = Socket.prototype.connect
Socket.prototype.connect = function (this: Socket, ...args: Array<never>) {
  const [first] = args.flat() as ReadonlyArray<unknown>
  const host = typeof first === "object" && first !== null && "host" in first ? first.host : "localhost"
  if (!["localhost", "127.0.0.1", "::1"].includes(String(host))) throw new Error(`an example reaches for ${host}`)
  return Reflect.apply(connect, this, args)
} as typeof connect
