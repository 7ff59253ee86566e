import { assert, describe, it } from "@effect/vitest"
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { session } from "../support/session.ts"

const { doimgWith, folder, inProcessWith, program, shell } = session("--token", "right-token")

const none = { DIGITALOCEAN_TOKEN: "", DIGITALOCEAN_ACCESS_TOKEN: "" }

/** A home of its own, without any token. */
const homeOf = (name: string): NodeJS.ProcessEnv & { readonly HOME: string } => {
  const HOME = join(folder, name)
  mkdirSync(HOME)
  return { ...none, HOME }
}

const login = (env: NodeJS.ProcessEnv, token: string, ...flags: ReadonlyArray<string>) =>
  shell(`printf '%s\\n' ${token} | doimg auth login --json ${flags.join(" ")}`, env)

const sourceOf = async (env: NodeJS.ProcessEnv, ...flags: ReadonlyArray<string>): Promise<string> => {
  const { err, out } = await inProcessWith(env, "auth", "status", "--json", ...flags)
  return out === "" ? err : JSON.parse(out)[0].source
}

describe("doimg auth login", () => {
  it("stores a token from stdin where only the user can read it, and uses it", async ({ expect }) => {
    const env = homeOf("stored")
    const { code, err, out } = await login(env, "right-token")
    expect({ code, err }).toEqual({ code: 0, err: "" })
    const file = join(env.HOME, ".config/doimg/credentials.toml")
    expect(JSON.parse(out)).toEqual([
      { profile: "default", file, email: "demo@example.com", team: "demo", status: "active" }
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await sourceOf(env)).toContain("doimg auth login")
  })

  it("makes a file private that was not", async ({ expect }) => {
    const env = homeOf("open")
    const file = join(env.HOME, ".config/doimg/credentials.toml")
    mkdirSync(join(env.HOME, ".config/doimg"), { recursive: true })
    writeFileSync(file, '["old"]\ntoken = "old-token"\n', { mode: 0o644 })
    expect((await login(env, "right-token")).code).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, "utf8")).toContain("old-token")
  })

  it("stores no token that DigitalOcean refuses, and none that is empty", async ({ expect }) => {
    const env = homeOf("refused")
    const [wrong, empty] = [await login(env, "wrong-token"), await login(env, "''")]
    expect([wrong.code, empty.code]).toEqual([5, 5])
    expect(wrong.err).not.toContain("wrong-token")
    expect(await sourceOf(env)).toContain("no token")
  })

  it("reads from a terminal without an echo", async ({ expect }) => {
    const env = homeOf("typed")
    const { out } = await program(
      "sh",
      ["-c", `(sleep 4; printf 'right-tokem\\177n\\r'; sleep 4) | script -qec 'doimg auth login' /dev/null`],
      { ...env, TERM: "xterm" }
    )
    expect(out).toMatch(/^Token .*: \r\nProfile: +default\r\n/)
    expect(out).not.toContain("right-toke")
    expect(await sourceOf(env)).toContain("doimg auth login")
  })
})

describe("profiles", () => {
  it("have logins of their own, named by --profile and by DOIMG_PROFILE", async ({ expect }) => {
    const env = homeOf("profiles")
    expect((await login(env, "right-token", "--profile", "work")).code).toBe(0)
    expect(await sourceOf(env)).toContain("no token")
    expect(await sourceOf(env, "--profile", "work")).toMatch(/^profile work .* by --profile work$/)
    expect(await sourceOf({ ...env, DOIMG_PROFILE: "work" })).toMatch(/by DOIMG_PROFILE=work$/)
    expect(await sourceOf(env, "--profile", "home")).toContain("doimg auth login --profile home")
    expect((await doimgWith(env, "auth", "logout", "--profile", "work")).code).toBe(0)
    expect(await sourceOf(env, "--profile", "work")).toContain("nobody is logged in")
  })

  it("precede the variables of tokens, which precede the stored login", async ({ expect }) => {
    const env = homeOf("order")
    await login(env, "right-token")
    await login(env, "right-token", "--profile", "work")
    const token = { ...env, DIGITALOCEAN_TOKEN: "right-token" }
    expect(await sourceOf(env)).toContain("doimg auth login")
    expect(await sourceOf(token)).toBe("DIGITALOCEAN_TOKEN")
    expect(await sourceOf({ ...token, DOIMG_PROFILE: "work" })).toContain("profile work")
    expect(await sourceOf({ ...token, DOIMG_PROFILE: "home" }, "--profile", "work")).toContain("by --profile work")
  })

  it("go with no other flag that names a token", async ({ expect }) => {
    const { code, err } = await inProcessWith(none, "list", "--profile", "a", "--context", "b")
    expect({ code, err }).toEqual({
      code: 2,
      err: "doimg: --profile and --context name 2 tokens: give one of them\n"
    })
  })
})

describe("the configuration file", () => {
  const env = { ...homeOf("settings"), DIGITALOCEAN_TOKEN: "right-token" }
  const write = (text: string) => {
    mkdirSync(join(env.HOME, ".config/doimg"), { recursive: true })
    writeFileSync(join(env.HOME, ".config/doimg/config.toml"), text)
  }

  it("sets the form, the regions and the time zone that no flag sets", async ({ expect }) => {
    write('format = "csv"\nregions = ["blr1", "tor1"]\n')
    const transfer = ["transfer", "165903377", "--dry-run", "--columns", "body"]
    const [set, flags] = [
      await inProcessWith(env, ...transfer),
      await inProcessWith(env, ...transfer, "--to", "lon1", "--json")
    ]
    expect(set.out).toMatch(/^body\n.*blr1.*\n.*tor1.*\n$/)
    expect(JSON.parse(flags.out)).toEqual([{ body: { type: "transfer", region: "lon1" } }])
    write('time_zone = "Mars"\n')
    const zone = await inProcessWith(env, "rotate", "--tag", "web", "--keep-last", "1", "--dry-run")
    expect(zone).toMatchObject({ code: 2, err: expect.stringContaining("Mars") })
  })

  it("sets them for a profile, before those of all", async ({ expect }) => {
    write('format = "csv"\n\n[profiles.default]\nformat = "ndjson"\n')
    const { out } = await inProcessWith(env, "tags", "--columns", "name")
    expect(out).toMatch(/^\{"name":"/)
  })

  it("makes errors JSON too", async ({ expect }) => {
    write('format = "json"\n')
    expect(JSON.parse((await inProcessWith(env, "get", "7")).err).error.code).toBe("NoSuchImage")
  })

  it("is refused in one line if it says what nobody understands", async ({ expect }) => {
    for (const text of ['formt = "json"\n', 'format = "xml"\n', "format = \n"]) {
      write(text)
      const { code, err, out } = await inProcessWith(env, "list")
      expect({ code, out, lines: err.split("\n").length }).toEqual({ code: 2, out: "", lines: 2 })
      assert.include(err, "config.toml")
    }
  })
})
