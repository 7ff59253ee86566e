import { Seed } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import * as Sandbox from "../../src/Sandbox.ts"
import { root } from "./process.ts"

/** What the account of the examples holds: that of the sandbox, and what the examples name besides. */
const seed: Seed.Seed = {
  ...Seed.demo,
  images: [
    ...Seed.demo.images,
    {
      ...{ id: 7938291, name: "golden", created_at: "2026-11-24T09:00:00Z" },
      ...{ regions: ["nyc3", "ams3"], min_disk_size: 20, tags: ["golden"] }
    },
    { id: 7938292, name: "base" },
    ...[7938293, 7938294].map((id) => ({ id, name: "old" })),
    ...[7938295, 7938296].map((id) => ({ id, name: "web" })),
    ...[1, 2, 3, 4].map((day) => ({
      id: 7938300 + day,
      name: `web-2026-11-0${day}T03-10-00-000Z`,
      created_at: `2026-11-0${day}T03:10:00Z`
    }))
  ]
}

/** How an example is run where the line alone does not do. */
export interface Setting {
  /** a line that is run before it; the numbers it prints take the place of those in `ids` */
  readonly before?: string
  readonly ids?: ReadonlyArray<string>
  /** what it prints instead of numbers */
  readonly printed?: RegExp
  /** what is typed into its terminal */
  readonly typed?: string
  /** shell scripts in place of programs that would reach for the network */
  readonly programs?: Readonly<Record<string, string>>
  /** of one that goes on until it is interrupted: what it has written before */
  readonly serves?: RegExp
  readonly env?: NodeJS.ProcessEnv
  readonly speed?: number
}

/** A code block of a document, with the line that opens it, counted from 1. */
export interface Fence {
  readonly path: string
  readonly line: number
  readonly language: string
  readonly code: string
}

/** The code blocks of a document of the repository in the given languages. */
export const fencesIn = (path: string, languages: ReadonlyArray<string>): ReadonlyArray<Fence> => {
  const text = readFileSync(join(root, path), "utf8")
  return Array.from(text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm), ({ 1: language = "", 2: code = "", index }) => ({
    ...{ path, line: text.slice(0, index).split("\n").length, language, code }
  })).filter(({ language }) => languages.includes(language))
}

/** How a line ended, and the exit codes of each doimg in it. */
export interface Ended {
  readonly code: number | string | null
  readonly codes: ReadonlyArray<number>
  readonly out: string
  readonly err: string
}

/** Runs a line as a shell does, in a new folder, on a new account. */
export const run = (
  folder: string,
  shell: ReadonlyArray<string>,
  line: string,
  setting: Setting = {}
): Promise<Ended> => {
  const account = Sandbox.layer({
    port: 0,
    speed: setting.speed ?? 3000,
    accounts: [
      { name: "main", seed },
      { name: "sender", token: "sender", seed: { images: [{ id: 8000000, name: "offered" }] } }
    ]
  })
  return Effect.gen(function* () {
    const url = yield* Sandbox.address
    return yield* Effect.promise(() => onAccount(folder, url, shell, line, setting))
  }).pipe(Effect.provide(account), Effect.orDie, Effect.runPromise)
}

const onAccount = async (
  folder: string,
  url: string,
  [program = "", ...args]: ReadonlyArray<string>,
  line: string,
  { before, env: more = {}, ids = [], printed = /\d+/g, programs = {}, serves, typed }: Setting
): Promise<Ended> => {
  const cwd = mkdtempSync(join(folder, "example-"))
  const codes = join(cwd, "codes")
  layOut(cwd, codes, programs)
  const env = {
    ...process.env,
    ...{
      PATH: `${join(cwd, "path")}:${process.env["PATH"] ?? ""}`,
      HOME: cwd,
      XDG_CONFIG_HOME: "",
      XDG_CACHE_HOME: ""
    },
    ...{ DIGITALOCEAN_TOKEN: "any", DIGITALOCEAN_ACCESS_TOKEN: "", DIGITALOCEAN_API_URL: url, TERM: "xterm" },
    DOIMG_DATABASE: "",
    ...more
  }
  const start = (program: string, args: ReadonlyArray<string>) =>
    spawn(program, args, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] })
  // the sandbox of a line has a port of its own; elsewhere it is this one
  const port = line.includes("sandbox") ? String(await freePort()) : new URL(url).port
  let text = line.replaceAll("8080", port)
  if (before !== undefined) {
    const { out } = await endOf(start("sh", ["-c", before]), "")
    const numbers = out.match(printed) ?? []
    text = ids.reduce((text, id, i) => text.replaceAll(id, numbers[i] ?? "none was printed"), text)
  }
  writeFileSync(codes, "")
  const child =
    typed === undefined ? start(program, [...args, text]) : start("script", ["-qec", `sh -c '${text}'`, "/dev/null"])
  if (serves !== undefined) interruptAfter(serves, child)
  const ended = await endOf(child, typed ?? "")
  // a shell that the terminal interrupted, as doimg was
  const code = serves !== undefined && ended.code === "SIGINT" ? 0 : ended.code
  return { ...ended, code, codes: readFileSync(codes, "utf8").trim().split("\n").filter(Boolean).map(Number) }
}

/** Programs on the path, and files that the examples name. */
const layOut = (cwd: string, codes: string, programs: Readonly<Record<string, string>>) => {
  const path = join(cwd, "path")
  const bin = join(process.env["DOIMG_BUNDLED"] ?? "", "bin.js")
  const config = join(cwd, ".config", "doctl")
  for (const folder of [path, config]) mkdirSync(folder, { recursive: true })
  const program = (name: string, script: string) =>
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  program("doimg", `trap : INT\n"${process.execPath}" "${bin}" "$@"\ncode=$?\necho $code >> "${codes}"\nexit $code`)
  // what is installed is not installed here, but it has to be there
  program("npm", `exec "${process.execPath}" "${join(root, "packages/cli/test/support/npm.ts")}" "$@"`)
  writeFileSync(join(config, "config.yaml"), "context: default\naccess-token: any\nauth-contexts:\n  prod: other\n")
  for (const [name, script] of Object.entries(programs)) program(name, script)
  const [account, plan] = jsonFences()
  writeFileSync(join(cwd, "account.json"), account ?? "")
  writeFileSync(join(cwd, "plan.json"), plan ?? "")
  writeFileSync(join(cwd, "token"), "any\n")
}

/** The files that the README shows: an account and a plan of faults. */
const jsonFences = (): ReadonlyArray<string> => fencesIn("packages/cli/README.md", ["json"]).map(({ code }) => code)

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Interrupts a program, with all that it has started, when it has written something. */
const interruptAfter = (pattern: RegExp, child: ChildProcess) => {
  let written = ""
  const look = (text: Buffer | string) => {
    const before = pattern.test(written)
    written += String(text)
    if (!before && pattern.test(written)) process.kill(-child.pid!, "SIGINT")
  }
  child.stdout?.on("data", look)
  child.stderr?.on("data", look)
}

const endOf = async (child: ChildProcess, input: string): Promise<Omit<Ended, "codes">> => {
  const written = { out: "", err: "" }
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (written.out += text))
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (written.err += text))
  child.stdin?.on("error", () => undefined)
  // the end of the input is given when the program has read it: a terminal would take it for a hang-up
  child.stdin?.write(input)
  if (input === "") child.stdin?.end()
  const code = await new Promise<number | string | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? code))
  )
  // what a line has left running in the background ends with it
  try {
    process.kill(-child.pid!, "SIGINT")
  } catch {
    // nothing was left
  }
  return { code, ...written }
}
