/** Loaded before any other module: plants the bug that the environment names in its modules. */
import { registerHooks } from "node:module"
import { plant } from "./bug.ts"
import { bugs } from "./bugs.ts"

const { edits } = bugs.find(({ name }) => name === process.env["PLANTED_BUG"]) ?? { edits: [] }

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    const own = edits.filter(({ file }) => url.endsWith(`/packages/${file}`))
    if (own.length === 0) return loaded
    const { source } = loaded
    const text = typeof source === "string" ? source : new TextDecoder().decode(source ?? new Uint8Array())
    return { ...loaded, source: own.reduce((text, edit) => plant(edit, text), text) }
  }
})
