import { createHash } from "node:crypto"

/** Returns a function that returns random numbers between 0 and 1, the same ones for the same seed. */
export const random = (seed: string): (() => number) => {
  let count = 0
  return () => createHash("sha256").update(`${seed} ${count++}`).digest().readUInt32BE() / 2 ** 32
}
