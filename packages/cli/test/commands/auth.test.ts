import { describe, it } from "@effect/vitest"
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { session } from "../support/session.ts"

const { folder, inProcess, inProcessWith, shell } = session("--token", "right-token")

const none = { DIGITALOCEAN_TOKEN: "", DIGITALOCEAN_ACCESS_TOKEN: "" }

/** A home of its own with doctl's configuration file in it. */
const homeWith = (name: string, yaml: string): NodeJS.ProcessEnv => {
  const home = join(folder, name)
  mkdirSync(join(home, ".config/doctl"), { recursive: true })
  writeFileSync(join(home, ".config/doctl/config.yaml"), yaml)
  return { ...none, HOME: home }
}

const contexts = `access-token: wrong-token
api-url: ""
auth-contexts:
  default: "true"
  prod: right-token
  old: "wrong-token"
context: default
`

/** A server that knows an account for one token only. */
const accepting = async (token: string) => {
  const server = createServer(({ headers }, response) => {
    const isRight = headers.authorization === `Bearer ${token}`
    response.writeHead(isRight ? 200 : 401, { "content-type": "application/json" })
    const account = { email: "demo@example.com", uuid: "b", status: "active", droplet_limit: 25, email_verified: true }
    response.end(JSON.stringify(isRight ? { account } : { id: "unauthorized", message: "wrong token" }))
  })
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const source = (out: string): string => JSON.parse(out).source

describe("the token", () => {
  writeFileSync(join(folder, "token"), "right-token\n")

  const right: ReadonlyArray<[why: string, env: NodeJS.ProcessEnv, args: ReadonlyArray<string>, source: RegExp]> = [
    ["is DIGITALOCEAN_TOKEN's", { ...none, DIGITALOCEAN_TOKEN: " right-token\n" }, [], /^DIGITALOCEAN_TOKEN$/],
    [
      "else DIGITALOCEAN_ACCESS_TOKEN's",
      { ...none, DIGITALOCEAN_ACCESS_TOKEN: "right-token" },
      [],
      /^DIGITALOCEAN_ACCESS_TOKEN$/
    ],
    [
      "before both a file's",
      { DIGITALOCEAN_TOKEN: "wrong-token" },
      ["--token-file", join(folder, "token")],
      /^--token-file .*token$/
    ],
    [
      "of a context that is asked for",
      { ...homeWith("a", contexts), DIGITALOCEAN_TOKEN: "wrong-token" },
      ["--context", "prod"],
      /^context prod of .*config\.yaml$/
    ],
    [
      "of doctl's context in use",
      homeWith("b", contexts.replace("context: default", "context: prod")),
      [],
      /^context prod of/
    ],
    ["of doctl's default context", homeWith("c", "access-token: right-token\n"), [], /^context default of/],
    [
      "of a configuration folder that the system names",
      { ...homeWith("d", "access-token: right-token\n"), HOME: "/nowhere", XDG_CONFIG_HOME: join(folder, "d/.config") },
      [],
      /^context default of .*\/d\/\.config\/doctl\/config\.yaml$/
    ]
  ]
  for (const [why, env, args, expected] of right) {
    it.concurrent(`${why}, which auth status says and does not show`, async ({ expect }) => {
      const { code, err, out } = await inProcessWith(env, "auth", "status", "--format", "json", ...args)
      expect({ code, err }).toEqual({ code: 0, err: "" })
      expect(source(out)).toMatch(expected)
      expect(JSON.parse(out)).toMatchObject({ email: "demo@example.com", status: "active" })
      expect(out).not.toContain("right-token")
    })
  }

  const wrong: ReadonlyArray<[why: string, env: NodeJS.ProcessEnv, args: ReadonlyArray<string>, says: RegExp]> = [
    [
      "that is nowhere",
      none,
      [],
      /^doimg: no token: set DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN to an access token of DigitalOcean's control panel \(API, Tokens\), or give --token-file FILE, or log in with doctl\n$/
    ],
    [
      "that is wrong",
      { ...none, DIGITALOCEAN_TOKEN: "bad-token" },
      [],
      /^doimg: Images\.list: HTTP 401: .*: "doimg auth status" says which token is used\n$/
    ],
    [
      "that no header can carry",
      { ...none, DIGITALOCEAN_TOKEN: "bad token" },
      [],
      /^doimg: the token: contains spaces.*\n$/
    ],
    ["file that is missing", none, ["--token-file", "nowhere"], /^doimg: --token-file nowhere: .*\n$/],
    [
      "of a context that is unknown",
      homeWith("e", contexts),
      ["--context", "staging"],
      /^doimg: .*config\.yaml has no token for the context staging: those with a token are prod, old, default\n$/
    ],
    [
      "of a context without doctl",
      none,
      ["--context", "prod"],
      /^doimg: --context prod: there is no configuration file of doctl at .*\n$/
    ],
    [
      "in a file that is no YAML",
      homeWith("f", "access-token: [bad-token\n"),
      [],
      /^doimg: doctl's configuration file .* cannot be read: it is not YAML\n$/
    ]
  ]
  for (const [why, env, args, says] of wrong) {
    it.concurrent(`${why} exits 5 with one line`, async ({ expect }) => {
      const { code, err, out } = await inProcessWith(env, "list", ...args)
      expect({ code, out }).toEqual({ code: 5, out: "" })
      expect(err.replace(/ \[request [-0-9a-f]{36}\]/, "")).toMatch(says)
      expect(err).not.toContain("bad-token")
    })
  }

  // R10: [what is set, what the token is of, or the exit code's complaint]
  const file = join(folder, "token-of-file")
  writeFileSync(file, "file-token")
  const doctl = homeWith(
    "h",
    `access-token: default-token
context: prod
auth-contexts:
  default: "true"
  prod: prod-token
  staging: staging-token
`
  )
  const other = join(folder, "other.yaml")
  writeFileSync(other, "access-token: other-token\n")
  const order: ReadonlyArray<
    readonly [env: Readonly<Record<string, string>>, args: ReadonlyArray<string>, token: string, source: RegExp]
  > = [
    [{}, [], "prod-token", /^context prod of \S+config\.yaml$/],
    [{ ACCESS_TOKEN: "access" }, [], "access", /^DIGITALOCEAN_ACCESS_TOKEN$/],
    [{ TOKEN: "token", ACCESS_TOKEN: "access" }, [], "token", /^DIGITALOCEAN_TOKEN$/],
    [{ CONTEXT: "staging" }, [], "staging-token", /^context staging of \S+, by DIGITALOCEAN_CONTEXT$/],
    [{ CONTEXT: "Staging" }, [], "staging-token", /^context Staging of /],
    [{ CONTEXT: "staging", TOKEN: "token" }, [], "staging-token", /^context staging of /],
    [{ CONTEXT: "staging", ACCESS_TOKEN: "access" }, [], "staging-token", /^context staging of /],
    [{ CONTEXT: " ", TOKEN: "token" }, [], "token", /^DIGITALOCEAN_TOKEN$/],
    [{ CONTEXT: "default" }, [], "default-token", /^context default of \S+, by DIGITALOCEAN_CONTEXT$/],
    // as doctl: the default context's token is that of the variable
    [{ CONTEXT: "default", ACCESS_TOKEN: "access" }, [], "access", /^DIGITALOCEAN_ACCESS_TOKEN$/],
    [{ CONTEXT: "staging" }, ["--context", "default"], "default-token", /^context default of \S+config\.yaml$/],
    [{ CONTEXT: "staging", TOKEN: "token" }, ["--context", "prod"], "prod-token", /^context prod of /],
    [{ CONTEXT: "staging", TOKEN: "token" }, ["--token-file", file], "file-token", /^--token-file /],
    [{ CONFIG: other }, [], "other-token", /^context default of \S+other\.yaml$/],
    [{ CONFIG: other, TOKEN: "token" }, [], "token", /^DIGITALOCEAN_TOKEN$/],
    [{ CONFIG: other }, ["--context", "default"], "other-token", /^context default of \S+other\.yaml$/]
  ]
  for (const [variables, args, token, expected] of order) {
    const set = Object.entries(variables).map(([name, value]) => [`DIGITALOCEAN_${name}`, value] as const)
    const title = [...set.map((pair) => pair.join("=")), ...args.map((arg) => arg.replace(folder, ""))].join(" ")
    it.concurrent(`is ${token} where doctl has one in use and ${title || "nothing else"} is given`, async ({
      expect
    }) => {
      const running = await accepting(token)
      const { code, err, out } = await inProcessWith(
        { ...doctl, ...Object.fromEntries(set), DIGITALOCEAN_API_URL: running.url },
        ...["auth", "status", "--format", "json", ...args]
      )
      await running.close()
      expect({ code, err }).toEqual({ code: 0, err: "" })
      expect(source(out)).toMatch(expected)
    })
  }

  // R10: what is named and not there is never another account's token
  for (const [variables, says] of [
    [
      { DIGITALOCEAN_CONTEXT: "nope" },
      /^doimg: \S+config\.yaml has no token for the context nope, by DIGITALOCEAN_CONTEXT: those with a token are prod, staging, default\n$/
    ],
    [
      { DIGITALOCEAN_CONTEXT: "staging", DIGITALOCEAN_CONFIG: "/nowhere.yaml" },
      /^doimg: DIGITALOCEAN_CONTEXT=staging: there is no configuration file of doctl at \/nowhere\.yaml\n$/
    ],
    [
      { DIGITALOCEAN_CONTEXT: "staging", DIGITALOCEAN_CONFIG: other },
      /^doimg: \S+other\.yaml has no token for the context staging, by DIGITALOCEAN_CONTEXT: those with a token are default\n$/
    ]
  ] as const) {
    it.concurrent(`is none, and the exit code 5, with ${JSON.stringify(variables).replace(folder, "")}`, async ({
      expect
    }) => {
      const { code, err, out } = await inProcessWith(
        { ...doctl, ...variables, DIGITALOCEAN_TOKEN: "right-token" },
        ...["rotate", "--series", "web", "--keep-last", "1", "--apply"]
      )
      expect({ code, out }).toEqual({ code: 5, out: "" })
      expect(err).toMatch(says)
    })
  }

  it.concurrent("comes from stdin where --token-file is -", async ({ expect }) => {
    const { code, out } = await shell("echo right-token | doimg auth status --token-file - --format json", none)
    expect(code).toBe(0)
    expect(source(out)).toBe("--token-file -")
  })

  it.concurrent("from stdin is taken for nothing else", async ({ expect }) => {
    const line = "echo right-token | doimg request POST /v2/tags --token-file - --data @-"
    const { code, err, out } = await shell(line, none)
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err).toBe("doimg: --data @-: stdin is read by --token-file - already: give a file\n")
  })

  for (const [args, says] of [
    [["--context", "prod", "--token-file", "x"], "--token-file and --context name two tokens: give one of them"],
    [["--token-file", ""], "--token-file is empty: leave it out, or name one"],
    [["--context="], "--context is empty: leave it out, or name one"]
  ] as const) {
    it.concurrent(`named by ${args.join(" ")} exits 2`, async ({ expect }) => {
      const ended = await inProcessWith(homeWith("g", contexts), "list", ...args)
      expect(ended).toEqual({ code: 2, out: "", err: `doimg: ${says}\n` })
    })
  }

  it.concurrent("is no argument", async ({ expect }) => {
    const { code, err } = await inProcess("list", "--token", "right-token")
    expect(code).toBe(2)
    expect(err).toMatch(/^doimg: a token is no argument, .*: give --token-file FILE/)
  })
})

describe("the address", () => {
  it.concurrent("that would show the token to the network is refused", async ({ expect }) => {
    const { code, err } = await inProcess("list", "--api-url", "http://example.com")
    expect(code).toBe(2)
    expect(err).toMatch(/^doimg: --api-url or DIGITALOCEAN_API_URL: http would send the token.*\n$/)
  })

  it.concurrent("where nobody listens is told of each request with --verbose, and the token is not", async ({
    expect
  }) => {
    const { code, err } = await inProcess("list", "--api-url", "http://127.0.0.1:1", "--verbose", "--timeout", "1s")
    expect(code).toBe(7)
    expect(err).toMatch(
      /^doimg: GET http:\/\/127\.0\.0\.1:1\/\S+ failed after \d+ ms, connecting to 127\.0\.0\.1:1: connect ECONNREFUSED [^\n]*\n/
    )
    expect(err).not.toContain("secret-token")
  })

  it.concurrent("where nobody listens is told in one line", async ({ expect }) => {
    const { code, err } = await inProcess("list", "--api-url", "http://127.0.0.1:1")
    expect(code).toBe(1)
    expect(err).toMatch(/^doimg: Images\.list: .*ECONNREFUSED.*: check the network and --api-url, and run it again\n$/)
  })
})

describe("doimg account, limits, regions, sizes and tags", () => {
  for (const [args, says] of [
    [["account"], /^uuid: .*\nemail: +demo@example\.com\n/],
    [["limits"], /^limit: +5000\nremaining: \d+\nreset: +20/],
    [["regions"], /^SLUG +NAME +AVAILABLE +FEATURES\nams3 +Amsterdam 3 +true +backups,ipv6,metadata \+3\n/],
    [["sizes"], /^SLUG +MEMORY +VCPUS +DISK +PRICE_MONTHLY +AVAILABLE\n/],
    [["tags"], /^NAME +RESOURCES\.COUNT +RESOURCES\.IMAGES\.COUNT +RESOURCES\.DROPLETS\.COUNT\n/]
  ] as const) {
    it.concurrent(`${args[0]} prints a table`, async ({ expect }) => {
      const { code, err, out } = await inProcessWith({ DIGITALOCEAN_TOKEN: "right-token" }, ...args)
      expect({ code, err }).toEqual({ code: 0, err: "" })
      expect(out).toMatch(says)
    })
  }
})
