import * as Effect from "effect/Effect"
import { concat } from "./bytes.ts"

/** Whether this platform can unpack what it asks for. Only looked for: touching it loads zlib, 5 ms of a program's start. */
export const available = "DecompressionStream" in globalThis

/**
 * Whether an answer still is compressed: `fetch` unpacks by itself and leaves the header as it was, undici and
 * `node:http` do not. No JSON begins as gzip does.
 */
export const isPacked = (bytes: Uint8Array | ArrayBuffer, encoding: string | undefined): bytes is Uint8Array =>
  encoding !== undefined &&
  bytes instanceof Uint8Array &&
  bytes[0] === 0x1f &&
  bytes[1] === 0x8b &&
  /^(?:x-)?gzip$/i.test(encoding)

/**
 * Unpacks, and stops at once when there is more than `maxBytes`: a small answer can unpack to gigabytes. Fails with null
 * then, and with a description when it is no whole gzip.
 */
export const unpack = (packed: Uint8Array, maxBytes: number): Effect.Effect<Uint8Array, string | null> =>
  Effect.flatten(
    Effect.promise(async (signal) => {
      const chunks: Array<Uint8Array<ArrayBuffer>> = []
      let size = 0
      const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"))
      const reader = stream.getReader()
      try {
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
          size += read.value.byteLength
          if (size > maxBytes || signal.aborted) {
            await reader.cancel()
            return Effect.fail(null)
          }
          chunks.push(read.value)
        }
        return Effect.succeed(concat(chunks, size))
      } catch (error) {
        return Effect.fail(error instanceof Error ? error.message : String(error))
      }
    })
  )
