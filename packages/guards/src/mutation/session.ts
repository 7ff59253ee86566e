import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** What processes that run tests try. */
export interface Plan {
  /** the text of each module, with all its mutants */
  readonly modules: Readonly<Record<string, string>>
  /** files, the fast ones first */
  readonly tests: ReadonlyArray<string>
  readonly mutants: ReadonlyArray<number>
  /** those of them that are known to survive: once no others are left, the tests end */
  readonly known: ReadonlyArray<number>
}

/** What the processes write, each kind into a file of its own. */
export interface Records {
  /** a test that fails without a mutant */
  readonly failed: string
  /** a mutant, and the test that failed */
  readonly killed: { readonly mutant: number; readonly test: string }
  /** a test that has tried the mutants that it reaches */
  readonly finished: { readonly test: string; readonly reached: ReadonlyArray<number> }
  /** a file with a test that cannot run twice in a process, and the mutants that this test did not try */
  readonly notRepeatable: { readonly file: string; readonly reached: ReadonlyArray<number> }
  /** the mutants that are reached when modules are loaded, which happens once in a process */
  readonly loaded: ReadonlyArray<number>
}

/** The environment variables of these processes: the folder, and the mutant of a process that tries only one. */
export const variables = { folder: "MUTATION_FOLDER", only: "MUTATION_ONLY" } as const

/** Writes the plan into a folder. */
export const writePlan = (folder: string, plan: Plan): void =>
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan))

/** Reads the plan from a folder. */
export const readPlan = (folder: string): Plan => JSON.parse(readFileSync(join(folder, "plan.json"), "utf8"))

/** Adds a record. */
export const add = <K extends keyof Records>(folder: string, kind: K, record: Records[K]): void =>
  appendFileSync(join(folder, `${kind}.jsonl`), `${JSON.stringify(record)}\n`)

/** Returns the records of a kind. */
export const all = <K extends keyof Records>(folder: string, kind: K): ReadonlyArray<Records[K]> => {
  const file = join(folder, `${kind}.jsonl`)
  if (!existsSync(file)) return []
  return linesOf(file).map((line) => JSON.parse(line) as Records[K])
}

/** Writes which mutant this process tries now; undefined while it tries none. */
export const setActive = (folder: string, mutant: number | undefined): void =>
  writeFileSync(join(folder, `${process.pid}.active`), `${mutant ?? ""}`)

/** Returns the mutants that processes have tried for longer than a duration in milliseconds. */
export const activeFor = (folder: string, duration: number): ReadonlyArray<number> =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".active"))
    .map((file) => join(folder, file))
    .filter((file) => Date.now() - statSync(file).mtimeMs > duration)
    .flatMap((file) => linesOf(file).map(Number))

/** Forgets what processes that were stopped have tried. */
export const clearActive = (folder: string): void => {
  for (const file of readdirSync(folder)) if (file.endsWith(".active")) rmSync(join(folder, file))
}

const linesOf = (file: string): ReadonlyArray<string> =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
