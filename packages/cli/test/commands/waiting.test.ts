import { assert, describe, it } from "@effect/vitest"
import { spawn, spawnSync } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { session } from "../support/session.ts"

// transfers take minutes here, so a wait is under way until it is stopped
const run = session("--speed", "1")
const { doimg, doimgWith, folder, start } = run

const begun = async (...to: ReadonlyArray<string>): Promise<ReadonlyArray<number>> => {
  const { out } = await doimg("transfer", "165120954", "--to", to.join(","), "--format", "json")
  return JSON.parse(out).map(({ id }: { id: number }) => id)
}

/** Starts a wait, and resolves when its lines are there. */
const waiting = async (ids: ReadonlyArray<number>, ...flags: ReadonlyArray<string>) => {
  const running = start(["wait", ...ids.map(String), ...flags])
  while (running.err().split("in-progress").length <= ids.length) {
    await new Promise((resolve) => running.child.stderr?.once("data", resolve))
  }
  return running
}

describe("an interruption", () => {
  it("prints how to go on and exits 130", async () => {
    const ids = await begun("nyc1", "nyc2")
    const wait = await waiting(ids)
    wait.child.kill("SIGINT")
    assert.strictEqual(await wait.ended, 130)
    assert.strictEqual(wait.out(), "")
    const last = wait.err().trimEnd().split("\n").at(-1)
    assert.strictEqual(last, `doimg: 2 actions go on at DigitalOcean; to wait again: doimg wait ${ids.join(" ")}`)
  })

  it("does not lose an action that was begun by the same command", async () => {
    const running = start(["transfer", "165120954", "--to", "blr1", "--wait"])
    while (!running.err().includes("in-progress")) {
      await new Promise((resolve) => running.child.stderr?.once("data", resolve))
    }
    running.child.kill("SIGINT")
    assert.strictEqual(await running.ended, 130)
    assert.match(running.err(), /doimg: an action goes on at DigitalOcean; to wait again: doimg wait \d+\n$/)
  })

  it("tells of a request that was under way when it changes something, and a second one ends at once", async () => {
    const server = createServer((request, response) => {
      if (request.method === "POST") return // never answers
      const image = { id: 7, name: "web", created_at: "2026-01-01T00:00:00Z", regions: [] }
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ image, actions: [], meta: { total: 0 } }))
    })
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
    const asked = new Promise((resolve) =>
      server.on("request", ({ method }) => void (method === "POST" && resolve(undefined)))
    )
    const { port } = server.address() as AddressInfo
    const running = start(["transfer", "7", "--to", "sfo3"], { DIGITALOCEAN_API_URL: `http://127.0.0.1:${port}` })
    await asked
    running.child.kill("SIGINT")
    running.child.kill("SIGINT")
    assert.strictEqual(await running.ended, 130)
    assert.strictEqual(running.out(), "")
    assert.match(
      running.err(),
      /^(doimg: POST http:.*\/v2\/images\/7\/actions \{"type":"transfer","region":"sfo3"\} was under way: it is not known whether it was carried out\n)?$/
    )
    server.closeAllConnections()
    server.close()
  })
})

describe("--timeout", () => {
  it("ends a wait with exit code 7, and prints how to go on", async () => {
    const [id = 0] = await begun("syd1")
    const { code, err, out } = await doimg("wait", String(id), "--timeout", "1500ms", "--quiet")
    assert.deepStrictEqual({ code, out }, { code: 7, out: "" })
    const hint = `doimg: an action goes on at DigitalOcean; to wait again: doimg wait ${id}\n`
    assert.strictEqual(err, `doimg: timed out after 1s\n${hint}`)
  })

  it("ends what does not wait too", async () => {
    const server = createServer(() => undefined)
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    const env = { DIGITALOCEAN_API_URL: `http://127.0.0.1:${port}` }
    const ended = await doimgWith(env, "list", "--timeout", "1s")
    assert.deepStrictEqual(ended, { code: 7, out: "", err: "doimg: timed out after 1s\n" })
    server.closeAllConnections()
    server.close()
  })
})

const hasScript = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0

/** Runs doimg in a pseudo-terminal of util-linux's `script`, which is not on every machine; answers what it drew. */
const inTerminal = (
  args: string,
  options: { readonly columns: number; readonly rows?: number; readonly input?: string; readonly noColor?: boolean }
) =>
  new Promise<{ readonly code: number | null; readonly drawn: string }>((resolve) => {
    const size = `stty cols ${options.columns} rows ${options.rows ?? 24}`
    const command = `${size}; exec ${process.execPath} ${run.bin} ${args}`
    const { NO_COLOR: _, ...env } = process.env
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      env: {
        ...{ ...env, TERM: "xterm-256color", DIGITALOCEAN_API_URL: run.url, DIGITALOCEAN_TOKEN: "any", HOME: folder },
        ...(options.noColor === true ? { NO_COLOR: "1" } : {})
      },
      stdio: ["pipe", "pipe", "inherit"]
    })
    let drawn = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      drawn += text
      if (options.input !== undefined && drawn.includes("[y/N]")) child.stdin.end(options.input)
    })
    child.on("close", (code) => resolve({ code, drawn }))
  })

describe.skipIf(!hasScript)("in a terminal (needs the program script)", () => {
  it("a line for each action is drawn again in place, and never wider than the window", async () => {
    const ids = await begun("lon1", "sgp1")
    const { code, drawn } = await inTerminal(`wait ${ids.join(" ")} --timeout 3s`, { columns: 50 })
    assert.strictEqual(code, 7)
    assert.match(drawn, /\u001b\[2A\r\u001b\[2K/)
    assert.match(drawn, /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] image [^\n]* to lon1 {2}in-progress {2}[0-2]s\r\n/)
    for (const line of drawn.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "").split(/\r?\n|\r/)) {
      if (!line.startsWith("doimg:")) assert.isBelow(line.length, 50, JSON.stringify(line))
    }
  })

  it("what is said meanwhile stands above the lines, which are drawn below it again", async () => {
    const [id] = await begun("nyc3")
    const { drawn } = await inTerminal(`wait ${id} --verbose --timeout 3s`, { columns: 100 })
    assert.match(drawn, /\u001b\[1A\r\u001b\[Jdoimg: GET [^\n]*\r\n\r\u001b\[2K. action/)
  })

  it("what does not fit on the screen is counted", async () => {
    const ids = await begun("ams3", "atl1", "sfo2", "tor1")
    const { drawn } = await inTerminal(`wait ${ids.join(" ")} --timeout 2s`, { columns: 100, rows: 4 })
    assert.match(drawn, /… and 2 more\r\n/)
    assert.notMatch(drawn, /\u001b\[4A/)
  })

  it("the end is marked, in colour unless NO_COLOR forbids it", async () => {
    const server = createServer(({ url }, response) => {
      const id = Number(/\d+$/.exec(url ?? "")?.[0])
      const action = {
        id,
        status: id === 1 ? "completed" : "errored",
        type: "convert",
        started_at: "2026-01-01T00:00:00Z"
      }
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ action }))
    })
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    const command = `wait 1 2 --api-url http://127.0.0.1:${port}`
    const [coloured, plain] = await Promise.all([
      inTerminal(command, { columns: 100 }),
      inTerminal(command, { columns: 100, noColor: true })
    ])
    assert.match(coloured.drawn, /\u001b\[32m✔\u001b\[0m convert {2}completed {2}\d+s\r\n/)
    assert.match(coloured.drawn, /\u001b\[31m✘\u001b\[0m convert {2}errored, failed {2}\d+s\r\n/)
    assert.match(plain.drawn, /✔ convert {2}completed {2}\d+s\r\n/)
    assert.notMatch(plain.drawn, /\u001b\[\d+m/)
    assert.deepStrictEqual([coloured.code, plain.code], [1, 1])
    server.close()
  })

  it("a deletion shows what it deletes and asks; anything but yes is a no", async () => {
    const { code, drawn } = await inTerminal("delete flatcar-4230", { columns: 100, input: "n\n" })
    assert.strictEqual(code, 1)
    assert.match(
      drawn,
      /160552018 {2}flatcar-4230 {2}custom .*\r\n[^D]*Delete this image, in all regions, for good\? \[y\/N\]/
    )
    assert.match(drawn, /doimg: nothing was changed\r\n$/)
    assert.strictEqual((await doimg("get", "flatcar-4230")).code, 0)
  })

  it("rotate and hand-over show their plan and ask", async () => {
    const [rotate, handOver] = [
      await inTerminal("rotate --series 'web-{date}' --keep-last 1", { columns: 100, input: "n\n" }),
      await inTerminal("hand-over db-2026-11-01 --to-email a@example.com", { columns: 100, input: "n\n" })
    ]
    assert.deepStrictEqual([rotate.code, handOver.code], [1, 1])
    assert.match(
      rotate.drawn,
      /delete +165903377 +web-2026-11-13 .*\r\n.*Delete an image, in all regions, for good\? \[y\/N\]/
    )
    assert.match(handOver.drawn, /165120954 .*\r\n.*Hand this image over to a@example\.com\? .* \[y\/N\]/)
    assert.strictEqual((await doimg("get", "web-2026-11-13", "db-2026-11-01")).code, 0)
  })

  it("a deletion is done on yes", async () => {
    const { code } = await inTerminal("delete flatcar-4230", { columns: 100, input: "yes\n" })
    assert.strictEqual(code, 0)
    assert.strictEqual((await doimg("get", "flatcar-4230")).code, 4)
  })
})
