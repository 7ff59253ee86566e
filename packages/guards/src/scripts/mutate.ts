/**
 * `npm run mutate`: changes the decisions of jobs and of the client one at a time, and runs the tests that reach them.
 *
 * - `--only PART`: only modules with this part in their path
 * - `--sample N`: only N mutants, which `--seed N` chooses
 * - `--fast`: without the tests that take minutes, which kill some of the mutants that survive then
 * - `--workers N`: how many processes run tests at once, by default one for each core
 */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { instrumented, modules, type Place, placesIn, slow, testsOf } from "../mutation/modules.ts"
import { type Outcome, run } from "../mutation/run.ts"
import { sample } from "../mutation/sample.ts"
import { reasonFor } from "../mutation/survivors.ts"

/** The part of the mutants that have to be killed. */
const required = 0.9

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    sample: { type: "string" },
    fast: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) }
  }
})

const tried = modules.filter((module) => module.includes(values.only))
const places = placesIn(tried)
const mutants = values.sample === undefined ? places : sample(places, Number(values.sample), Number(values.seed))
const tests = testsOf(mutants.map(({ module }) => module)).filter((test) => !values.fast || !slow.includes(test))

const print = (line: string) => process.stdout.write(`${line}\n`)
const describe = ({ change, line, module }: Place) => `${module}:${line}: ${change}`

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))

let killed = 0
const unexplained: Array<Place> = []
const onOutcome = ({ isReached, killedBy, mutant }: Outcome) => {
  const place = places[mutant]!
  const reason = reasonFor(place)
  if (killedBy !== undefined) killed++
  else if (reason === undefined) unexplained.push(place)
  const why = killedBy ?? reason ?? (isReached ? "no test fails" : "no test reaches it")
  print(`${killedBy === undefined ? "survived" : "killed  "}  ${describe(place)}\n          ${why}`)
}

if (mutants.length > 0) {
  print(`${mutants.length} mutants of ${tried.length} modules, ${tests.length} files of tests`)
  const plan = {
    modules: instrumented(places),
    tests,
    mutants: mutants.map(({ id }) => id),
    known: mutants.filter((place) => reasonFor(place) !== undefined).map(({ id }) => id)
  }
  await run(plan, { workers: Number(values.workers), onOutcome })
}
if (unexplained.length > 0) print(`\nsurvived without a reason in survivors.json:`)
for (const place of unexplained) print(`  ${describe(place)}`)
print(`${mutants.length} mutants, ${killed} killed, ${mutants.length - killed} survived`)
process.exitCode = killed >= required * mutants.length && unexplained.length === 0 ? 0 : 1
