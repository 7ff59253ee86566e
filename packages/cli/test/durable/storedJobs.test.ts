import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { session } from "../support/session.ts"
import { memory } from "./memory.ts"

const own = session("--speed", "3000")
const { doimg, store } = memory(own)

const json = (out: string) => JSON.parse(out)

const idIn = (err: string): string => /job (\w+)/.exec(err)?.[1] ?? "none"

/** A job of a kind that no runner here knows: it stays submitted. */
const submit = (id: string, kind = "replicate", version = 99) =>
  Effect.runPromise(store().submit({ id, account: "other", kind, version, intention: id, options: { secret: "any" } }))

describe("a job that is stored", () => {
  it("has the same lines and rows as one that runs in the process of its command", async () => {
    const args = ["replicate", "db-2026-11-01", "--to", "fra1,ams3", "--format", "json"]
    const stored = await doimg(...args)
    assert.strictEqual(stored.code, 0, stored.err)
    assert.match(stored.err, /^doimg: job \w+ is stored\n/)
    assert.match(stored.err, /Z transfer db-2026-11-01 \(165120954\), to ams3 {2}done/)
    assert.deepStrictEqual(
      json(stored.out).map(({ region, status }: Record<string, string>) => [region, status]),
      [
        ["fra1", "skipped"],
        ["ams3", "done"]
      ]
    )
    const here = await own.inProcess(...args)
    assert.deepStrictEqual(Object.keys(json(here.out)[0]), Object.keys(json(stored.out)[0]))
  })

  it("fails with the exit code and the advice of its failures", async () => {
    const refused = await doimg("replicate", "166480233", "--to", "ams3")
    assert.strictEqual(refused.code, 1)
    assert.match(refused.err, /doimg: 1 of 1 items are refused: see --help for what allows them\n$/)
    const failed = await doimg("replicate", "db-2026-11-01", "--to", "xyz9")
    const here = await own.inProcess("replicate", "db-2026-11-01", "--to", "xyz9")
    assert.strictEqual(failed.code, here.code)
    assert.match(failed.err, /1 of 1 items are not done\n$/)
  })

  it("prints the image of a snapshot, and the findings of an audit", async () => {
    const snapshot = await doimg("snapshot", "db-01", "--name", "stored", "--format", "json")
    assert.strictEqual(snapshot.code, 0, snapshot.err)
    assert.deepInclude(json(snapshot.out)[0], { name: "stored", type: "snapshot" })
    const audit = await doimg("audit", "--regions", "ams3")
    assert.strictEqual(audit.code, 0, audit.err)
    assert.match(audit.out, /images, \$/)
    assert.match((await doimg("jobs", "follow", idIn(audit.err))).out, /images, \$/)
  })

  it("is run by every other command of a job", async () => {
    for (const line of [
      "release db-01 --series rel --to ams3 --tag golden --keep-last 3 --yes",
      "preserve 166017820 --name kept --to ams3",
      "import https://example.com/a.qcow2 --name imported --region ams3",
      "rotate --series web --keep-last 1 --yes",
      "verify db-2026-11-01 --region ams3"
    ]) {
      const { code, err } = await doimg(...line.split(" "))
      assert.strictEqual(code, 0, `${line}: ${err}`)
      assert.match(err, /^doimg: job \w+ is stored\n/, line)
    }
  })

  it("is only printed with --detach, and can be followed then", async () => {
    const { code, err, out } = await doimg("replicate", "165120954", "--to", "lon1", "--detach", "--format", "json")
    assert.strictEqual(code, 0)
    assert.strictEqual(json(out)[0].id, idIn(err))
    assert.deepInclude(json(out)[0], { state: "submitted", kind: "replicate", account: "default", attempts: 0 })
    assert.deepStrictEqual(json(out)[0].options, { images: [165120954], regions: ["lon1"], convertBackups: false })
    const followed = await doimg("jobs", "follow", idIn(err), "--format", "csv", "--columns", "region,status")
    assert.deepInclude(followed, { code: 0, out: "region,status\nlon1,done\n" })
  })

  it("is run here, and not stored, where the command line only plans", async () => {
    const before = (await Effect.runPromise(store().list())).length
    const dry = await doimg("replicate", "db-2026-11-01", "--to", "nyc3", "--dry-run", "--format", "json")
    assert.deepInclude(json(dry.out)[0], { do: "transfer" })
    const plan = await doimg("rotate", "--series", "web", "--keep-last", "1")
    assert.strictEqual(plan.code, 2)
    assert.strictEqual((await Effect.runPromise(store().list())).length, before)
  })
})

describe("what cannot be stored is refused:", () => {
  for (const [line, problem] of [
    ["verify db-2026-11-01 --check true", /--check is a command of this machine/],
    ["snapshot db-01 --no-wait", /--no-wait starts the snapshot here/],
    ["snapshot db-01 --tag web", /--tag is put on by this process/],
    ["audit --html a.html --detach", /--html needs the findings/],
    ["replicate 165120954 --to ams3 --dry-run --detach", /only plans/],
    ["replicate 165120954 --to ams3 --account a/b", /^doimg: --account: expected letters/],
    ["replicate 165120954 --to ams3 --durable mysql://localhost/x", /^doimg: --durable: expected postgres:/]
  ] as const) {
    it(line, async () => {
      const { code, err, out } = await doimg(...line.split(" "))
      assert.deepStrictEqual({ code, out }, { code: 2, out: "" })
      assert.match(err, problem)
    })
  }

  it("hand-over, which needs two accounts", async () => {
    const args = ["hand-over", "165120954", "--to-email", "a@example.com", "--durable", "postgres://localhost/x"]
    const { code, err, out } = await doimg(...args)
    assert.deepStrictEqual({ code, out }, { code: 2, out: "" })
    assert.match(err, /^doimg: --durable: what this command does cannot be stored\..* needs two accounts/)
  })

  it("--account and --detach without a database", async () => {
    for (const flags of [["--account", "a"], ["--detach"]]) {
      const { code, err } = await own.inProcess("replicate", "165120954", "--to", "ams3", ...flags)
      assert.strictEqual(code, 2)
      assert.match(err, /goes with --durable URL, or with \$DOIMG_DATABASE/)
    }
    const { code, err } = await own.inProcess("jobs", "list")
    assert.strictEqual(code, 2)
    assert.match(err, /which database\?/)
  })

  it("an account whose images and Droplets cannot be read here", async () => {
    const { code, err } = await doimg("replicate", "db-2026-11-01", "--to", "ams3", "--account", "eu-2")
    assert.strictEqual(code, 5)
    assert.match(err, /set the environment variable DIGITALOCEAN_TOKEN_EU_2/)
  })
})

describe("doimg jobs", () => {
  it("lists and shows jobs of kinds and versions that it does not know", async () => {
    await submit("unknown-kind", "paint", 1)
    await submit("unknown-version", "replicate", 98)
    const { out } = await doimg("jobs", "list", "--account", "other", "--format", "csv", "--columns", "id,kind,version")
    assert.includeMembers(out.trim().split("\n"), ["unknown-kind,paint,1", "unknown-version,replicate,98"])
    const shown = await doimg("jobs", "show", "unknown-kind", "--format", "json")
    assert.deepInclude(json(shown.out)[0], { id: "unknown-kind", state: "submitted", kind: "paint", items: [] })
    const newer = await doimg("jobs", "list", "--kind", "paint", "--state", "running", "--format", "json")
    assert.deepStrictEqual(json(newer.out), [])
  })

  it("shows what became of the items of a job", async () => {
    const { err } = await doimg("replicate", "165120954", "--to", "fra1")
    const { out } = await doimg("jobs", "show", idIn(err))
    assert.match(out, /^State: +done$/m)
    assert.match(out, /^transfer +165120954 +db-2026-11-01 +fra1 +skipped +in fra1 already/m)
  })

  it("cancels a job, and says so to whoever follows it", async () => {
    await submit("to-cancel")
    const { code, out } = await doimg("jobs", "cancel", "to-cancel", "--format", "json")
    assert.strictEqual(code, 0)
    assert.deepInclude(json(out)[0], { id: "to-cancel", state: "cancelled" })
    const followed = await doimg("jobs", "follow", "to-cancel")
    assert.deepStrictEqual(followed, { code: 1, out: "", err: "doimg: job to-cancel was cancelled\n" })
    const again = await doimg("jobs", "cancel", "to-cancel")
    assert.deepInclude(again, { code: 0, err: "" })
  })

  it("runs a finished job again, and no other", async () => {
    const { err } = await doimg("replicate", "165120954", "--to", "fra1")
    const again = await doimg("jobs", "retry", idIn(err), "--format", "json")
    assert.strictEqual(again.code, 0, again.err)
    assert.deepInclude(json(again.out)[0], { status: "skipped" })
    await submit("unfinished")
    const refused = await doimg("jobs", "retry", "unfinished")
    assert.deepInclude(refused, {
      code: 1,
      err: "doimg: job unfinished is not finished: follow it, or cancel it first\n"
    })
  })

  it("exits with 4 for a job or a schedule that there is not", async () => {
    for (const line of ["show x", "follow x", "cancel x", "retry x", "schedules remove x"]) {
      const { code, err, out } = await doimg("jobs", ...line.split(" "))
      assert.deepStrictEqual({ code, out }, { code: 4, out: "" }, `${line}: ${err}`)
    }
  })
})
