/**
 * Packs doimg, installs the tarball into an empty folder without a network, and runs it there against its own sandbox.
 * Part of `npm run check:packages`, after the build.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const shell = process.platform === "win32"
const folder = mkdtempSync(join(tmpdir(), "doimg-installed-"))
const cli = fileURLToPath(new URL("..", import.meta.url))

try {
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: cli,
    encoding: "utf8",
    shell
  })
  const tarball = Object.values(JSON.parse(packed) as Record<string, { readonly filename: string }>)[0]!.filename
  writeFileSync(join(folder, "package.json"), '{"private":true}')
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], { cwd: folder, shell })
  const doimg = join(folder, "node_modules/@effect-digitalocean/cli/dist/bin.js")
  process.stdout.write(`${execFileSync(process.execPath, [doimg, "--version"], { encoding: "utf8" }).trim()}\n`)

  const sandbox = spawn(process.execPath, [doimg, "sandbox", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] })
  const first = await createInterface({ input: sandbox.stdout })[Symbol.asyncIterator]().next()
  const url = String(first.value).replace("listening on ", "")
  const env = { ...process.env, DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: "any" }
  const listed = execFileSync(process.execPath, [doimg, "list", "--private", "--format", "json"], {
    env,
    encoding: "utf8"
  })
  sandbox.kill("SIGINT")
  const [code] = await once(sandbox, "exit")
  const count = JSON.parse(listed).length
  if (count !== 6 || code !== 0)
    throw new Error(`the installed doimg listed ${count} images, its sandbox ended with ${code}`)
  const away = spawnSync(process.execPath, [doimg, "jobs", "list", "--durable", "postgres://127.0.0.1:1/jobs"], {
    encoding: "utf8"
  })
  if (!away.stderr.includes("the database cannot be reached"))
    throw new Error(`the installed doimg has no client of Postgres: ${away.stderr}`)
  process.stdout.write("installed into an empty folder, doimg lists what its sandbox holds\n")
} finally {
  rmSync(folder, { recursive: true })
}
