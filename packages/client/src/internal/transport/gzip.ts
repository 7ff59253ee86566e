/** The part of `node:zlib` that is used. */
interface Zlib {
  readonly gunzipSync: (
    compressed: Uint8Array,
    options: { readonly maxOutputLength: number; readonly chunkSize: number }
  ) => Uint8Array
}

/**
 * `process.getBuiltinModule`, if available. Loading zlib takes 5 ms, so it is loaded for the first compressed response.
 */
const builtin = (
  globalThis as { readonly process?: { readonly getBuiltinModule?: (name: string) => Zlib | undefined } }
).process?.getBuiltinModule

/**
 * Whether this platform can decompress. Otherwise the transport is `fetch`, which requests gzip and decompresses
 * itself.
 */
export const available = builtin !== undefined

/** The output chunk size. A page of 200 images decompresses to half of it, and so to one chunk. */
const chunkSize = 128 * 1024

/**
 * Whether a body is compressed. `fetch` decompresses, but keeps the `content-encoding` header; undici and `node:http`
 * do not decompress. The first bytes distinguish the two, as no JSON starts like gzip.
 */
export const isCompressed = (bytes: Uint8Array, encoding: string | undefined): boolean =>
  available && encoding !== undefined && bytes[0] === 0x1f && bytes[1] === 0x8b && /^(?:x-)?gzip$/i.test(encoding)

/**
 * Decompresses a body. Returns null as soon as the output exceeds `maxBytes`, as a small body can decompress to
 * gigabytes. Returns an error message if the data is corrupt.
 */
export const decompress = (compressed: Uint8Array, maxBytes: number): Uint8Array | string | null => {
  try {
    return builtin!("node:zlib")!.gunzipSync(compressed, { maxOutputLength: maxBytes, chunkSize })
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    return "code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? null : error.message
  }
}
