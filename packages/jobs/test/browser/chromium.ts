import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"

/** What a page looks like: its width in CSS pixels, and the colours its reader prefers. */
export interface Screen {
  readonly width: number
  readonly isMobile: boolean
  readonly scheme: "light" | "dark"
}

/** A page that is open, spoken to by the DevTools protocol: the page's own policy forbids scripts in it. */
export interface Page {
  /** what an expression is in the page */
  readonly evaluate: <A>(expression: string) => Promise<A>
  /** a PNG of the whole page */
  readonly screenshot: () => Promise<Uint8Array>
  /** what a screen reader reads: `role: name` of each node */
  readonly accessible: () => Promise<ReadonlyArray<string>>
  /** the addresses that were asked for, beside the page's own */
  readonly requests: ReadonlyArray<string>
  /** what was logged: errors, and what the policy forbade */
  readonly log: ReadonlyArray<string>
}

/** Starts Chromium with an empty profile and no network of its own; `stop` ends it and removes the profile. */
export const start = async (binary: string) => {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"))
  const flags = [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"],
    ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...[`--user-data-dir=${profile}`, "--remote-debugging-port=0", "about:blank"]
  ]
  const child = spawn(binary, flags, { stdio: "ignore" })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()))
  const stop = async () => {
    child.kill()
    await ended
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  const port = join(profile, "DevToolsActivePort")
  for (let i = 0; i < 300 && !existsSync(port); i++) await setTimeout(100)
  if (!existsSync(port)) {
    await stop()
    throw new Error(`${binary} did not start within 30 seconds`)
  }
  const origin = `127.0.0.1:${readFileSync(port, "utf8").split("\n")[0]}`
  return { open: (url: string, screen: Screen) => open(origin, url, screen), stop }
}

const open = async (origin: string, url: string, screen: Screen): Promise<Page> => {
  const target = (await (await fetch(`http://${origin}/json/new`, { method: "PUT" })).json()) as Json
  const { on, send } = await connect(target.webSocketDebuggerUrl)
  const requests: Array<string> = []
  const log: Array<string> = []
  on("Network.requestWillBeSent", ({ request }) => request.url !== url && requests.push(request.url))
  on("Log.entryAdded", ({ entry }) => log.push(entry.text))
  on("Runtime.exceptionThrown", ({ exceptionDetails }) => log.push(exceptionDetails.text))
  for (const domain of ["Page", "Network", "Log", "Runtime", "Accessibility"]) await send(`${domain}.enable`)
  const { isMobile, scheme, width } = screen
  const metrics = { width, height: 900, deviceScaleFactor: 1, mobile: isMobile }
  await send("Emulation.setDeviceMetricsOverride", metrics)
  await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] })
  const loaded = new Promise<void>((resolve) => on("Page.loadEventFired", () => resolve()))
  await send("Page.navigate", { url })
  await loaded
  return {
    requests,
    log,
    evaluate: async (expression) => (await send("Runtime.evaluate", { expression, returnByValue: true })).result.value,
    screenshot: async () => {
      const { data } = await send("Page.captureScreenshot", { captureBeyondViewport: true, format: "png" })
      return Buffer.from(data, "base64")
    },
    accessible: async () => {
      const { nodes } = await send("Accessibility.getFullAXTree")
      return nodes
        .filter((node: Json) => !node.ignored)
        .map((node: Json) => `${node.role?.value}: ${node.name?.value ?? ""}`)
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the DevTools protocol, read as they are
type Json = any // answers of the DevTools protocol, read as they are

const connect = async (url: string) => {
  const socket = new WebSocket(url)
  const waiting = new Map<
    number,
    { readonly resolve: (result: Json) => void; readonly reject: (error: Error) => void }
  >()
  const listeners: Array<readonly [method: string, listen: (params: Json) => void]> = []
  socket.addEventListener("message", ({ data }) => {
    const { error, id, method, params, result } = JSON.parse(String(data)) as Json
    if (id === undefined) {
      for (const [wanted, listen] of listeners) if (wanted === method) listen(params)
    } else if (error === undefined) waiting.get(id)?.resolve(result)
    else waiting.get(id)?.reject(new Error(error.message))
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve)
    socket.addEventListener("error", reject)
  })
  let last = 0
  return {
    on: (method: string, listen: (params: Json) => void) => void listeners.push([method, listen]),
    send: (method: string, params: object = {}): Promise<Json> =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        socket.send(JSON.stringify({ id: last, method, params }))
      })
  }
}
