import { afterAll, beforeAll, vi } from "@effect/vitest"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import * as Secrets from "../../src/text/Secrets.ts"
import { type OnScreen, inProcess } from "./inProcess.ts"
import { type Running, start } from "./process.ts"

/** What a process of doimg wrote, and how it ended. */
export interface Ended {
  readonly code: number | string | null
  readonly out: string
  readonly err: string
}

/** The doimg that is published, and a sandbox for it that ends with the tests of this file. */
export interface Session {
  /** the file of the published doimg */
  readonly bin: string
  /** a folder of its own, which is also the home */
  readonly folder: string
  /** the sandbox's address */
  readonly url: string
  /** runs a line of a shell (`sh`) in which `doimg` is doimg on the sandbox, to its end */
  readonly shell: (line: string, env?: NodeJS.ProcessEnv) => Promise<Ended>
  /** as `shell`, with any program; `doimg` is on its path */
  readonly program: (command: string, args: ReadonlyArray<string>, env?: NodeJS.ProcessEnv) => Promise<Ended>
  /** starts doimg on the sandbox */
  readonly start: (args: ReadonlyArray<string>, env?: NodeJS.ProcessEnv) => Running
  /** runs doimg on the sandbox to its end */
  readonly doimg: (...args: ReadonlyArray<string>) => Promise<Ended>
  /** as `doimg`, in this process: quicker, for what does not depend on a process of its own */
  readonly inProcess: (...args: ReadonlyArray<string>) => Promise<Ended>
  /** the variables of a doimg on the sandbox, and others */
  readonly env: (more?: NodeJS.ProcessEnv) => NodeJS.ProcessEnv
  /** as `inProcess`, with other variables */
  readonly inProcessWith: (env: NodeJS.ProcessEnv, ...args: ReadonlyArray<string>) => Promise<Ended>
  /** as `inProcess`, with stdout as a terminal */
  readonly onScreen: (screen: OnScreen, ...args: ReadonlyArray<string>) => Promise<Ended>
  /** as `doimg`, with other variables */
  readonly doimgWith: (env: NodeJS.ProcessEnv, ...args: ReadonlyArray<string>) => Promise<Ended>
}

/** Starts a sandbox of the doimg that `bundled.ts` built, once for a file of tests. */
export const session = (...sandboxFlags: ReadonlyArray<string>): Session => faultySession([], ...sandboxFlags)

/** A session whose sandbox does as a plan of faults says. */
export const faultySession = (faults: ReadonlyArray<object>, ...sandboxFlags: ReadonlyArray<string>): Session => {
  const folder = mkdtempSync(join(tmpdir(), "doimg-"))
  const plan = join(folder, "faults.json")
  writeFileSync(plan, JSON.stringify(faults))
  const bin = join(process.env["DOIMG_BUNDLED"] ?? "", "bin.js")
  const path = join(folder, "path")
  mkdirSync(path)
  writeFileSync(join(path, "doimg"), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`, { mode: 0o755 })
  vi.setConfig({ testTimeout: 60_000 })
  let sandbox: Running | undefined
  let url = ""
  beforeAll(async () => {
    sandbox = start("node", [bin, "sandbox", "--port", "0", "--faults", plan, ...sandboxFlags])
    const [, address = ""] = await sandbox.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)\n/)
    url = address
  }, 60_000)
  afterAll(async () => {
    sandbox?.child.kill("SIGINT")
    await sandbox?.ended
    rmSync(folder, { recursive: true })
    // a token of these tests, such as "image", is an ordinary word for others in the same process
    Secrets.reset()
  })
  const around = (env: NodeJS.ProcessEnv) => ({
    ...{
      PATH: `${path}${delimiter}${process.env["PATH"] ?? ""}`,
      HOME: folder,
      XDG_CONFIG_HOME: "",
      XDG_CACHE_HOME: ""
    },
    ...{ DIGITALOCEAN_API_URL: url, DIGITALOCEAN_ACCESS_TOKEN: "" },
    ...{ DIGITALOCEAN_CONTEXT: "", DIGITALOCEAN_CONFIG: "", DOIMG_DATABASE: "", DOIMG_PROFILE: "" },
    ...{ DIGITALOCEAN_TOKEN: "secret-token", ...env }
  })
  const begin: Session["start"] = (args, env = {}) => start("node", [bin, ...args], around(env))
  const endOf = async (running: Running): Promise<Ended> => {
    return { code: await running.ended, out: running.out(), err: running.err() }
  }
  const program: Session["program"] = (command, args, env = {}) => endOf(start(command, args, around(env)))
  const doimgWith: Session["doimgWith"] = (env, ...args) => endOf(begin(args, env))
  return {
    bin,
    folder,
    get url() {
      return url
    },
    shell: (line, env) => program("sh", ["-c", line], env),
    program,
    start: begin,
    doimg: (...args) => doimgWith({}, ...args),
    env: (more = {}) => around(more),
    inProcess: (...args) => inProcess(around({}), args),
    inProcessWith: (env, ...args) => inProcess(around(env), args),
    onScreen: (screen, ...args) => inProcess(around({}), args, { screen }),
    doimgWith
  }
}
