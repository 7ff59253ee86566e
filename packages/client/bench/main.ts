/** What the client costs; see `--help`. */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { bundle } from "./bundle.ts"
import { decode } from "./decode.ts"
import { doimg } from "./doimg.ts"
import { durableJobs } from "./durable.ts"
import { get } from "./get.ts"
import { type Bench, machine, missed, type Result, table } from "./harness/report.ts"
import { jobs } from "./jobs.ts"
import { list10k } from "./list.ts"
import { start } from "./start.ts"
import { testing } from "./testing.ts"
import { transfers9, waits, waits1000, waits1000spread } from "./waits.ts"

const benches: ReadonlyArray<Bench> = [
  waits,
  waits1000,
  waits1000spread,
  transfers9,
  jobs,
  list10k,
  get,
  decode,
  testing,
  start,
  doimg,
  bundle,
  durableJobs
]

const all = benches.filter(({ isOnlyNamed }) => isOnlyNamed !== true)

const help = `Measures what the client costs, on loopback, against a DigitalOcean in another process.

  npm run bench                      all of it but durable, in about ${Math.ceil(
    (Math.max(...all.filter((b) => b.inBackground).map((b) => b.seconds)) +
      all.filter((b) => !b.inBackground).reduce((sum, b) => sum + b.seconds, 0)) /
      60
  )} minutes
  npm run bench -- --only NAME       one, or several (--only get --only decode)
  npm run bench -- --json FILE       writes the figures too

${benches.map(({ name, seconds, what }) => `  ${name.padEnd(15)} ${what} (${seconds} s)`).join("\n")}

On first use the npm clients and bundlers that it compares with are installed, below packages/client/bench.
A missed target is marked and is no failure; a run that breaks is, with exit code 1.
`

const say = (text: string) => process.stdout.write(`${text}\n`)
const progress = (text: string) => process.stderr.write(`${text}\n`)

/** Installs the peers, when they are not there or not those of the lockfile. */
const install = () => {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  const mark = at("node_modules/.lock")
  const lock = readFileSync(at("package-lock.json"), "utf8")
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return
  progress("installing the npm clients and bundlers to compare with ...")
  const npm = process.platform === "win32" ? "npm.cmd" : "npm"
  execFileSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: at("."),
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32"
  })
  writeFileSync(mark, lock)
}

const measure = async (bench: Bench): Promise<readonly [Bench, Result]> => {
  progress(`${bench.name}: ${bench.what} (about ${bench.seconds} s) ...`)
  return [bench, await bench.run()]
}

/** Those that mostly wait at once, then the others one by one, so that nothing disturbs them. */
const measureAll = async (wanted: ReadonlyArray<Bench>) => {
  const results = await Promise.all(wanted.filter((bench) => bench.inBackground).map(measure))
  for (const bench of wanted) if (!bench.inBackground) results.push(await measure(bench))
  return results
}

const wantedOf = (names: ReadonlyArray<string>): ReadonlyArray<Bench> => {
  const unknown = names.find((name) => !benches.some((bench) => bench.name === name))
  if (unknown !== undefined) {
    throw new Error(`there is no bench ${unknown}; there are ${benches.map(({ name }) => name).join(", ")}`)
  }
  return names.length === 0 ? all : benches.filter(({ name }) => names.includes(name))
}

const main = async () => {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", short: "h" },
      json: { type: "string" },
      only: { type: "string", multiple: true }
    }
  })
  if (values.help === true) {
    say(help)
    return
  }
  const wanted = wantedOf(values.only ?? [])
  install()
  const results = await measureAll(wanted)
  say(machine())
  for (const [bench, { rows }] of results) say(`\n${table(bench, rows)}`)
  const rows = results.flatMap(([, { rows }]) => rows)
  const targets = rows.filter(({ atMost }) => atMost !== undefined).length
  say(`\n${targets - missed(rows)} of ${targets} targets met`)
  if (values.json !== undefined) {
    const figures = Object.fromEntries(results.map(([{ name }, { json }]) => [name, json]))
    writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`)
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  // at once: what was measured may still be running
  process.exit(1)
}
