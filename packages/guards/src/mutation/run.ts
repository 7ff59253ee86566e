import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { root } from "../repository.ts"
import * as Session from "./session.ts"

/** How long a test may take with a mutant, in milliseconds, before the mutant counts as one that does not end. */
const longestTest = 60_000

/** How long all tests may take with a mutant, in milliseconds. */
const longestRun = 900_000

/** What became of a mutant. */
export interface Outcome {
  readonly mutant: number
  /** the test that failed; undefined if the mutant survived */
  readonly killedBy: string | undefined
  /** whether a test reached it */
  readonly isReached: boolean
}

/**
 * Runs the tests of a plan with each of its mutants, in one process as far as possible. A mutant that is active when its
 * module is loaded gets a process of its own, and so do those of tests that cannot run twice in a process.
 */
export const run = async (
  plan: Session.Plan,
  options: { readonly workers: number; readonly onOutcome: (outcome: Outcome) => void }
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "mutants-"))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once("exit", remove)
  const ended = new Set<number>()
  const end = (outcome: Outcome) => {
    if (ended.has(outcome.mutant)) return
    ended.add(outcome.mutant)
    options.onOutcome(outcome)
  }
  const endKilled = () => {
    for (const { mutant, test } of Session.all(folder, "killed")) end({ mutant, killedBy: test, isReached: true })
  }
  try {
    Session.writePlan(folder, plan)
    await runTogether(folder, options.workers, endKilled)
    endKilled()
    const loaded = new Set(Session.all(folder, "loaded").flat())
    const notTried = Session.all(folder, "notRepeatable")
    const tests = (mutant: number) =>
      loaded.has(mutant)
        ? plan.tests
        : [...new Set(notTried.filter(({ reached }) => reached.includes(mutant)).map(({ file }) => file))]
    const left = plan.mutants.filter((mutant) => !ended.has(mutant))
    const alone = async () => {
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        const files = tests(mutant)
        const isKilled = files.length > 0 && (await runAlone(folder, mutant, files))
        const isReached = files.length > 0 || reached.has(mutant)
        end({ mutant, killedBy: isKilled ? `one of ${files.length} files of tests` : undefined, isReached })
      }
    }
    const reached = new Set(Session.all(folder, "finished").flatMap((finished) => finished.reached))
    await Promise.all(Array.from({ length: options.workers }, alone))
  } finally {
    remove()
  }
}

/** Runs all tests; when one does not end, its mutant is killed, and the tests that have not finished run again. */
const runTogether = async (folder: string, workers: number, onProgress: () => void): Promise<void> => {
  while (true) {
    const tests = vitest(folder, [`--maxWorkers=${workers}`])
    let stuck: ReadonlyArray<number> = []
    while (stuck.length === 0 && (await Promise.race([tests.ended, setTimeout(1000)])) === undefined) {
      onProgress()
      stuck = Session.activeFor(folder, longestTest)
    }
    if (stuck.length === 0) {
      const failed = Session.all(folder, "failed")
      if ((await tests.ended) === 0 && failed.length === 0) return
      throw new Error(`These tests fail without a mutant:\n${failed.join("\n")}\n${tests.output()}`)
    }
    tests.stop()
    for (const mutant of stuck) Session.add(folder, "killed", { mutant, test: "a test that did not end" })
    Session.clearActive(folder)
  }
}

/** Returns whether one of the tests fails when a mutant is active from the start. */
const runAlone = async (folder: string, mutant: number, files: ReadonlyArray<string>): Promise<boolean> => {
  const tests = vitest(folder, ["--bail=1", "--maxWorkers=1", ...files], { [Session.variables.only]: `${mutant}` })
  const code = await Promise.race([tests.ended, setTimeout(longestRun, undefined, { ref: false })])
  tests.stop()
  return code !== 0
}

const config = fileURLToPath(new URL("config.ts", import.meta.url))

/** Starts tests in a group of processes. */
const vitest = (folder: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(
    process.execPath,
    [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", config, ...args],
    {
      cwd: root,
      env: { ...process.env, ...env, [Session.variables.folder]: folder },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true
    }
  )
  const output: Array<string> = []
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => output.push(String(data)))
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => resolve(code ?? 1))
  })
  const stop = () => {
    try {
      process.kill(-(child.pid ?? 0), "SIGKILL")
    } catch {
      // it has ended
    }
  }
  process.once("exit", stop)
  return { ended, stop, output: () => output.join("").slice(-10_000) }
}
