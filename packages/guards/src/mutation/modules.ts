import { globSync } from "node:fs"
import { sep } from "node:path"
import { read, root } from "../repository.ts"
import { instrument, type Numbered } from "./instrument.ts"
import { mutantsOf } from "./operators.ts"

/** Modules that decide something, and the tests that can notice a change of them: patterns of paths, the fast ones first. */
interface Group {
  readonly modules: ReadonlyArray<string>
  readonly tests: ReadonlyArray<string>
}

const client = "packages/client"
const jobs = "packages/jobs"

const property = (name: string) => `${jobs}/test/properties/${name}.test.ts`

/** These interrupt a job at every request, or try every job: they take minutes. */
export const slow: ReadonlyArray<string> = [
  `${jobs}/test/jobs/Release.interrupt.test.ts`,
  ...["storedJobs", "wrongClock", "planEqualsRun", "faultTable"].map(property),
  ...["inconsistentReads", "concurrentRuns", "missingFields", "faults"].map(property)
]

const group = (modules: ReadonlyArray<string>, ...tests: ReadonlyArray<string>): Group => ({ modules, tests })

/** A module is in one of them. */
const groups: ReadonlyArray<Group> = [
  group(
    [`${client}/src/internal/pipeline/{retrying,retryPolicy,totalDeadline,rateLimiting}.ts`],
    ...[`${client}/test/internal/{pipeline,rateLimit,transport}/*.test.ts`, `${client}/test/pipeline/*.test.ts`],
    ...[`${client}/test/services/*.test.ts`]
  ),
  group(
    [`${client}/src/internal/rateLimit/*.ts`],
    ...[`${client}/test/internal/{rateLimit,pipeline}/*.test.ts`, `${client}/test/pipeline/*.test.ts`],
    ...[`${client}/test/internal/polling/*.test.ts`]
  ),
  group(
    [`${client}/src/internal/paging/*.ts`],
    ...[`${client}/test/internal/{paging,polling}/*.test.ts`, `${client}/test/pipeline/Page.test.ts`],
    ...[`${client}/test/services/*.test.ts`, `${client}/test/ensure/*.test.ts`]
  ),
  group(
    [`${client}/src/internal/{polling,waiting}/*.ts`],
    ...[`${client}/test/internal/{waiting,polling,rateLimit}/*.test.ts`, `${client}/test/services/*.test.ts`],
    ...[`${client}/test/ensure/*.test.ts`]
  ),
  group(
    [`${client}/src/internal/ensure/*.ts`, `${client}/src/{Reconcile,Refusal}.ts`],
    ...[`${client}/test/ensure/*.test.ts`, `${client}/test/services/{Droplets,Images,Actions}.test.ts`],
    ...[`${jobs}/test/internal/*.test.ts`, `${jobs}/test/jobs/*.test.ts`, ...slow]
  ),
  group(
    [`${jobs}/src/{Retention,Series,Rotate}.ts`, `${jobs}/src/internal/{rotate/*,period}.ts`],
    ...[`${jobs}/test/primitives/{Retention,Series}.test.ts`, `${jobs}/test/internal/{rotate,deletion}*.test.ts`],
    ...[`${jobs}/test/jobs/{Rotate,Release,Release.retire}.test.ts`, ...slow]
  ),
  group(
    [
      `${jobs}/src/{Snapshot,Release}.ts`,
      `${jobs}/src/internal/{snapshot,release}/*.ts`,
      `${jobs}/src/internal/imageOf.ts`
    ],
    ...[
      `${jobs}/test/internal/{snapshot,release*}.test.ts`,
      `${jobs}/test/jobs/{Snapshot,Release,Release.retire}.test.ts`
    ],
    ...slow
  ),
  group(
    [`${jobs}/src/HandOver.ts`, `${jobs}/src/internal/handOver/*.ts`],
    ...[`${jobs}/test/internal/handOver.test.ts`, `${jobs}/test/jobs/HandOver.test.ts`, ...slow]
  ),
  group(
    [`${jobs}/src/Verify.ts`, `${jobs}/src/internal/verify/*.ts`],
    ...[`${jobs}/test/internal/verify.test.ts`, `${jobs}/test/jobs/Verify.test.ts`, ...slow]
  ),
  group(
    [`${jobs}/src/Import.ts`, `${jobs}/src/internal/{import,options}/*.ts`],
    ...[`${jobs}/test/internal/import.test.ts`, `${jobs}/test/jobs/{Import,Replicate*}.test.ts`, ...slow]
  ),
  group(
    [`${jobs}/src/{Audit,Cost}.ts`, `${jobs}/src/internal/audit/{findings,listings,table}.ts`],
    ...[`${jobs}/test/primitives/Cost.test.ts`, `${jobs}/test/jobs/Audit*.test.ts`]
  ),
  group(
    [
      `${jobs}/src/{Replicate,Preserve,Plan,Item,Outcome,Report,Cleanup}.ts`,
      `${jobs}/src/internal/{steps,bound,unknownName,actions/*}.ts`
    ],
    ...[`${jobs}/test/primitives/*.test.ts`, `${jobs}/test/internal/*.test.ts`, `${jobs}/test/jobs/*.test.ts`],
    ...slow
  )
]

const found = (patterns: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(
    patterns.flatMap((pattern) =>
      globSync(pattern, { cwd: root })
        .map((path) => path.split(sep).join("/"))
        .sort()
    )
  )
]

/** The paths of all modules that are tried. */
export const modules: ReadonlyArray<string> = found(groups.flatMap((group) => group.modules))

/** The tests of modules, the fast ones first. */
export const testsOf = (tried: ReadonlyArray<string>): ReadonlyArray<string> => {
  const patterns = groups.flatMap(({ modules, tests }) =>
    found(modules).some((module) => tried.includes(module)) ? tests : []
  )
  return found(patterns).toSorted((a, b) => slow.indexOf(a) - slow.indexOf(b))
}

/** A mutant of a module, with its line. */
export interface Place extends Numbered {
  readonly module: string
  /** the number of the line, and its text */
  readonly line: number
  readonly text: string
}

/** The mutants of modules, numbered from 0. */
export const placesIn = (paths: ReadonlyArray<string>): ReadonlyArray<Place> =>
  paths
    .flatMap((module) => {
      const text = read(module)
      const lines = text.split("\n")
      return mutantsOf(text).map((mutant) => {
        const line = text.slice(0, mutant.start).split("\n").length
        return { ...mutant, module, line, text: lines[line - 1]?.trim() ?? "" }
      })
    })
    .map((place, id) => ({ ...place, id }))

/** The text of each module of mutants, with all of them. */
export const instrumented = (places: ReadonlyArray<Place>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...Map.groupBy(places, ({ module }) => module)].map(([module, mutants]) => [
      module,
      instrument(read(module), mutants)
    ])
  )
