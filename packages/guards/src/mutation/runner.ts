import { relative } from "node:path"
import { type RunnerTestCase, TestRunner } from "vitest"
import { root } from "../repository.ts"
import * as Session from "./session.ts"

const folder = process.env[Session.variables.folder] ?? ""
const only = process.env[Session.variables.only]
const plan = Session.readPlan(folder)
const tried = new Set(plan.mutants)

/** The mutant that is active, and which were reached since the last change of it. */
const state = {
  active: only === undefined ? undefined : Number(only),
  reached: new Set<number>(),
  count: 0,
  limit: Number.POSITIVE_INFINITY
}

const activate = (active: number | undefined, limit: number): void => {
  Object.assign(state, { active, limit, reached: new Set(), count: 0 })
  Session.setActive(folder, active)
}

// called by the modules
Object.assign(globalThis, {
  __mutant: (mutant: number): boolean => {
    state.reached.add(mutant)
    state.count++
    if (state.count > state.limit) throw new Error("this does not end")
    return mutant === state.active
  }
})

type Run = () => unknown

/**
 * Runs each test twice without a change, then once for each mutant that it reaches and that no other test has killed, in
 * the same process. A mutant is killed if the test fails, and passes again without it.
 */
export default class MutationRunner extends TestRunner {
  readonly #attempts = new WeakMap<RunnerTestCase, AsyncGenerator<void, void>>()

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test)
    if (only !== undefined || test.mode !== "run") return
    this.#attempts.set(test, attempts(test, TestRunner.getTestFn(test)))
    test.repeats = Number.MAX_SAFE_INTEGER
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    if (only !== undefined) return void (await TestRunner.getTestFn(test)())
    const attempt = await this.#attempts.get(test)?.next()
    // ends the repetitions
    if (attempt?.done !== false) test.context.skip()
  }
}

/** Runs a test once for each step. */
async function* attempts(test: RunnerTestCase, run: Run): AsyncGenerator<void, void> {
  if (Session.all(folder, "finished").some((finished) => finished.test === test.id)) return
  const killed = new Set([...plan.known, ...Session.all(folder, "killed").map(({ mutant }) => mutant)])
  if (plan.mutants.every((mutant) => killed.has(mutant))) return
  const loaded = reached()
  if (loaded.length > 0) Session.add(folder, "loaded", loaded)
  const file = relative(root, test.file.filepath)
  const name = `${file} > ${test.fullTestName}`
  if (!(await passes(run, undefined, Number.POSITIVE_INFINITY))) return Session.add(folder, "failed", name)
  const mutants = reached()
  // a mutant may cause more work, but not any amount of it
  const limit = 10_000 + 100 * state.count
  yield
  const left = mutants.filter((mutant) => plan.known.includes(mutant) || !killed.has(mutant))
  const isRepeatable = left.length > 0 && (await passes(run, undefined, limit))
  yield
  while (isRepeatable && left[0] !== undefined) {
    const [mutant] = left
    const isKilled = !(await passes(run, mutant, limit))
    yield
    if (isKilled) {
      if (!(await passes(run, undefined, limit))) break
      Session.add(folder, "killed", { mutant, test: name })
      yield
    }
    left.shift()
  }
  activate(undefined, Number.POSITIVE_INFINITY)
  if (left.length > 0) Session.add(folder, "notRepeatable", { file, reached: left })
  Session.add(folder, "finished", { test: test.id, reached: mutants })
}

/** The mutants that were reached, without those that are not tried. */
const reached = (): Array<number> => [...state.reached].filter((mutant) => tried.has(mutant))

const passes = async (run: Run, mutant: number | undefined, limit: number): Promise<boolean> => {
  activate(mutant, limit)
  try {
    await run()
    return true
  } catch {
    return false
  }
}
