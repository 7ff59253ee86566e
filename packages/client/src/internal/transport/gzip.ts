/** What is used of `node:zlib`. */
interface Zlib {
  readonly gunzipSync: (
    packed: Uint8Array,
    options: { readonly maxOutputLength: number; readonly chunkSize: number }
  ) => Uint8Array
}

/** How a platform such as Node gives a module of its own. Loading zlib takes 5 ms, so it waits for the first answer. */
const builtin = (
  globalThis as { readonly process?: { readonly getBuiltinModule?: (name: string) => Zlib | undefined } }
).process?.getBuiltinModule

/** Whether this platform can unpack what it asks for. Where there is only `fetch`, that asks and unpacks by itself. */
export const available = builtin !== undefined

/** A page of 200 images unpacks to half of it, and so to one piece. */
const onePage = 128 * 1024

/**
 * Whether an answer still is compressed: `fetch` unpacks by itself and leaves the header as it was, undici and
 * `node:http` do not. No JSON begins as gzip does.
 */
export const isPacked = (bytes: Uint8Array, encoding: string | undefined): boolean =>
  available && encoding !== undefined && bytes[0] === 0x1f && bytes[1] === 0x8b && /^(?:x-)?gzip$/i.test(encoding)

/**
 * Unpacks, and stops at once when there is more than `maxBytes`: a small answer can unpack to gigabytes. Null then, and
 * a description when it is no whole gzip.
 */
export const unpack = (packed: Uint8Array, maxBytes: number): Uint8Array | string | null => {
  try {
    return builtin!("node:zlib")!.gunzipSync(packed, { maxOutputLength: maxBytes, chunkSize: onePage })
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    return "code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? null : error.message
  }
}
