/**
 * `npm run simulate -- --seeds 10000`: simulates accounts, jobs, faults and crashes by chance, and checks what must hold.
 *
 * Options: `--seeds N`, by default 1,000; `--seed N` is the first of them, by default 1; `--planted` instead shows that
 * each planted bug is found, `--planted NAME` that one; `--coverage` prints how many seeds took each path.
 */
import { parseArgs } from "node:util"
import { paths } from "./report/coverage.ts"
import { heldElsewhere } from "./report/reports.ts"
import { bugs } from "./planted/bugs.ts"
import { findBug } from "./planted/find.ts"
import type { Finding } from "./worker.ts"
import { simulateAll } from "./workers.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    planted: { type: "boolean", default: false },
    coverage: { type: "boolean", default: false }
  }
})

const print = (line: string) => void process.stdout.write(`${line}\n`)

/** From how many seeds on a path that none of them takes is a failure. */
const allPaths = 10_000

/** How much more memory may be in use at the end than after the first seeds, in bytes. */
const maxGrowth = 48 * 1024 * 1024

const sum = (findings: ReadonlyArray<Finding>): ReadonlyMap<string, number> => {
  const total = new Map(Object.keys(paths).map((path) => [path, 0]))
  for (const { coverage } of findings)
    for (const [path, count] of Object.entries(coverage)) total.set(path, (total.get(path) ?? 0) + count)
  return total
}

const simulate = async (): Promise<boolean> => {
  const seeds = Number(values.seeds)
  const started = performance.now()
  const findings: Array<Finding> = []
  const heaps: Array<ReadonlyArray<number>> = []
  for await (const { finding, growth } of simulateAll(Number(values.seed), seeds)) {
    findings.push(finding)
    heaps.push(growth)
    for (const { text } of finding.failures) print(text)
  }
  const coverage = sum(findings)
  const missed = [...coverage].filter(([, count]) => count === 0).map(([path]) => path)
  if (values.coverage || seeds >= allPaths)
    for (const [path, count] of coverage) print(`${String(count).padStart(7)}  ${path}`)
  for (const [report, test] of Object.entries(heldElsewhere)) print(`report ${report} is held by ${test}`)
  const isComplete = seeds < allPaths || missed.length === 0
  print(`${coverage.size - missed.length} of ${coverage.size} paths are taken`)
  if (!isComplete) print(`no seed takes: ${missed.join("; ")}`)
  const grown = Math.max(0, ...heaps.map(([first = 0, last = 0]) => last - first))
  if (grown > maxGrowth)
    print(`a worker uses ${Math.round(grown / 1024 / 1024)} MB more at the end than at the beginning`)
  const failed = findings.reduce((count, { failures }) => count + failures.length, 0)
  const violations = failed + (isComplete ? 0 : missed.length) + (grown > maxGrowth ? 1 : 0)
  const rate = seeds / ((performance.now() - started) / 1000)
  print(`${seeds} seeds, ${violations} violations, ${rate.toFixed(1)} seeds/s`)
  return violations === 0
}

const planted = async (): Promise<boolean> => {
  const [only] = positionals
  let isComplete = true
  for (const bug of bugs.filter(({ name }) => only === undefined || name.includes(only))) {
    const found = await findBug(bug, Number(values.seed), 1000)
    isComplete &&= found !== undefined
    print(
      found === undefined
        ? `NOT FOUND: ${bug.name}`
        : `${bug.name}: found by seed ${found.seed}, ${found.invariants.join(", ")}`
    )
  }
  return isComplete
}

process.exitCode = (await (values.planted ? planted() : simulate())) ? 0 : 1
