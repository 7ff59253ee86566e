import { afterAll, beforeAll, describe, it } from "@effect/vitest"
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { session } from "../support/session.ts"

const names = [
  `🎉 it's "so"`,
  "~tilde",
  "$x`y`\\z!",
  "{a,b}*?[c]#;&|<>()",
  "größe:a=b@c",
  "two  blanks",
  "=equal",
  `"quoted"`,
  "'single'"
]

const place = mkdtempSync(join(tmpdir(), "doimg-shells-"))
const seed = join(place, "seed.json")
const images = [...names, "-dash", "tab\tin it", ":files"].map((name, i) => ({ id: i + 1, name }))
writeFileSync(seed, JSON.stringify({ images }))
afterAll(() => rmSync(place, { recursive: true }))

const run = session("--seed", seed)

const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0

/** A word as somebody types it whose beginning is quoted in this way, and not ended. */
type Typed = (start: string) => string

const escaped: Typed = (start) => start.replace(/[^\p{L}\p{N}\p{S}]|[$`~|<>=+^]/gu, "\\$&")
const doubled: Typed = (start) => `"${start.replace(/["\\$`]/g, "\\$&")}`

/** How each shell is started without anybody's settings, and told what `doimg` is. */
const shells: Readonly<
  Record<
    string,
    { readonly command: string; readonly setup: (out: string) => string; readonly typed: ReadonlyArray<Typed> }
  >
> = {
  bash: {
    command: "bash --norc --noprofile -i",
    setup: (out) =>
      `doimg() { if [ "$1" = complete ]; then command doimg "$@"; else printf '%s\\n' "$2" >> ${out}; fi; }; source <(command doimg completion bash)`,
    typed: [escaped, doubled, (start) => `'${start.replaceAll("'", "'\\''")}`]
  },
  zsh: {
    command: "zsh -f -i",
    setup: (out) =>
      `autoload -U compinit; compinit -D -u; doimg() { if [ "$1" = complete ]; then command doimg "$@"; else printf '%s\\n' "$2" >> ${out}; fi; }; source <(command doimg completion zsh)`,
    typed: [escaped, doubled, (start) => `'${start.replaceAll("'", "'\\''")}`]
  },
  fish: {
    command: "fish --no-config -i",
    setup: (out) =>
      `function doimg; if test "$argv[1]" = complete; command doimg $argv; else; printf '%s\\n' $argv[2] >> ${out}; end; end; command doimg completion fish | source`,
    typed: [
      escaped,
      (start) => `"${start.replace(/["\\$]/g, "\\$&")}`,
      (start) => `'${start.replace(/['\\]/g, "\\$&")}`
    ]
  }
}

/** Types lines into a shell on a terminal, each when the one before has been run; answers what `doimg get` got. */
const type = async (shell: string, setup: string, out: string, lines: ReadonlyArray<string>) => {
  const env = {
    ...process.env,
    ...{ PATH: `${join(run.folder, "path")}:${process.env["PATH"] ?? ""}`, HOME: place, XDG_CACHE_HOME: "" },
    ...{ DIGITALOCEAN_TOKEN: "any", DIGITALOCEAN_API_URL: run.url, TERM: "dumb", LC_ALL: "C.UTF-8" }
  }
  const child: ChildProcess = spawn("script", ["-qec", shell, "/dev/null"], {
    cwd: place,
    env,
    stdio: ["pipe", "pipe", "pipe"]
  })
  const isDone = (count: number) => existsSync(out) && readFileSync(out, "utf8").split("\n").length > count
  const until = async (count: number) => {
    for (let i = 0; i < 600 && !isDone(count); i++) await new Promise((resolve) => setTimeout(resolve, 25))
  }
  child.stdout?.resume()
  child.stdin?.write(`${setup}; doimg get ready\n`)
  await until(1)
  for (const [i, line] of lines.entries()) {
    child.stdin?.write(`${line}\t\n`)
    await until(i + 2)
  }
  child.stdin?.end("\u0004")
  child.kill()
  return readFileSync(out, "utf8").trimEnd().split("\n").slice(1)
}

// R54
describe.skipIf(process.platform !== "linux" || !has("script"))("a name that is completed", () => {
  // the names are asked for once, and kept
  beforeAll(() => run.doimgWith({ HOME: place }, "complete", "fish", "--", "get", ""), 60_000)

  for (const [shell, { command, setup, typed }] of Object.entries(shells)) {
    for (const [i, how] of ["as it is", "in double quotes", "in single quotes"].entries()) {
      it.concurrent(`is the name, in ${shell}, ${how}`, { skip: !has(shell), timeout: 120_000 }, async ({ expect }) => {
        const out = join(place, `${shell}-${i}`)
        // zsh does not complete a word of several quoted parts
        const own = names.filter((name) => !(shell === "zsh" && i === 2 && name.startsWith("'")))
        const lines = own.map((name) => `doimg get ${typed[i]?.(Array.from(name).slice(0, 2).join(""))}`)
        expect(await type(command, setup(out), out, lines)).toEqual(own)
      })
    }
  }

  it("is none that no line can hold, or that would be taken for a flag", async ({ expect }) => {
    const { out } = await run.doimg("complete", "fish", "--", "get", "")
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t")[0])
    ).toEqual(expect.arrayContaining(names))
    expect(out).not.toMatch(/-dash|in it|:files/)
  })
})
