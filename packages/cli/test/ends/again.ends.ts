import { describe, it } from "@effect/vitest"
import { account } from "./account.ts"
import { type Account, until } from "./sandbox.ts"
import { seedOf, type Subject, subject } from "../../../jobs/test/support/subject.ts"
import { doimg } from "./doimg.ts"

const cold = ({ droplet }: Subject, ...flags: ReadonlyArray<string>) => [
  "snapshot",
  droplet.name,
  "--power-off",
  ...flags
]

const run = async (here: Account, args: ReadonlyArray<string>) => {
  const running = doimg(here, args)
  const { code } = await running.ended
  return { code, out: running.out(), err: running.err() }
}

const statusOf = async (here: Account, { droplet }: Subject) =>
  (await here.droplets()).find(({ id }) => id === droplet.id)!.status

const imagesOf = async (here: Account, name: RegExp) => (await here.images()).filter((image) => name.test(image.name))

const typesOf = async (here: Account, { droplet }: Subject) =>
  (await here.actions(droplet.id)).map(({ type }) => type).toReversed()

// R6: [when it is killed, what the Droplet's actions are then, newest first]
const moments: ReadonlyArray<readonly [when: string, actions: RegExp]> = [
  ["while it powers off", /^power_off in-progress$/],
  ["when it has powered off", /^power_off completed$/],
  ["while it takes the snapshot", /^snapshot in-progress,power_off completed$/],
  ["when the snapshot is taken", /^snapshot completed,power_off completed$/],
  ["while it powers on", /^power_on in-progress,snapshot completed,power_off completed$/],
  ["when it has powered on", /^power_on completed,snapshot completed,power_off completed$/]
]

describe.concurrent("doimg snapshot --power-off that was killed", () => {
  const subjects = moments.map((_, i) => subject(i))
  // power takes half a second, a snapshot twenty
  const here = account({ seed: seedOf(subjects), flags: ["--speed", "9"] })

  for (const [i, [when, actions]] of moments.entries()) {
    it(`${when}, and run again: one image, and the Droplet is on`, async ({ expect }) => {
      const own = subjects[i]!
      const args = cold(own, "--name", `cold-${own.key}`, "--format", "json")
      const first = doimg(here, args)
      const isThen = async () =>
        actions.test((await here.actions(own.droplet.id)).map(({ status, type }) => `${type} ${status}`).join(","))
      expect(await until(isThen, 80)).toBe(true)
      first.signal("SIGKILL")
      expect((await first.ended).code).toBe("SIGKILL")
      const again = await run(here, args)
      expect({ code: again.code, err: again.err }).toEqual({ code: 0, err: again.err })
      expect(JSON.parse(again.out)).toMatchObject([{ name: `cold-${own.key}`, type: "snapshot" }])
      expect(await imagesOf(here, new RegExp(`^cold-${own.key}$`))).toHaveLength(1)
      expect(await statusOf(here, own)).toBe("active")
      expect(await typesOf(here, own)).toEqual(["power_off", "snapshot", "power_on"])
    }, 120_000)
  }
})

describe.concurrent("doimg snapshot --power-off of a Droplet that was off before", () => {
  const subjects = [0, 1, 2].map(subject)
  const here = account({ seed: seedOf(subjects, "off"), flags: ["--speed", "60"] })

  it("leaves it off, and says so", async ({ expect }) => {
    const own = subjects[0]!
    const { code, err } = await run(here, cold(own))
    expect(code).toBe(0)
    expect(err).toContain(`doimg: ${own.droplet.name} was off before, and stays off; --power-on changes that\n`)
    expect(await typesOf(here, own)).toEqual(["snapshot"])
    expect(await statusOf(here, own)).toBe("off")
  })

  it("with --power-on powers it on", async ({ expect }) => {
    const own = subjects[1]!
    const { code, err } = await run(here, cold(own, "--power-on"))
    expect(code).toBe(0)
    expect(err).toContain(`doimg: ${own.droplet.name} is powered on\n`)
    expect(await typesOf(here, own)).toEqual(["snapshot", "power_on"])
    expect(await statusOf(here, own)).toBe("active")
  })

  it("--dry-run prints the snapshot alone", async ({ expect }) => {
    const { out } = await run(here, cold(subjects[2]!, "--dry-run", "--format", "json"))
    expect(JSON.parse(out).map(({ body }: { body: { type: string } }) => body.type)).toEqual(["snapshot"])
  })
})

// R3: what is read lags behind what was done
describe.concurrent("doimg snapshot --power-off where reads lag", () => {
  const subjects = [0, 1].map(subject)
  const seed = seedOf(subjects)
  for (const [flag, i] of [
    ["--status-delay", 0],
    ["--read-delay", 1]
  ] as const) {
    describe(`by 10 seconds with ${flag}`, () => {
      const here = account({ seed, flags: ["--speed", "10", flag, "100s"] })
      it("powers on what it powered off", async ({ expect }) => {
        const own = subjects[i]!
        const { code, err } = await run(here, cold(own, "--name", "cold"))
        expect({ code, err }).toEqual({ code: 0, err })
        await until(async () => (await typesOf(here, own)).length === 3)
        expect(await typesOf(here, own)).toEqual(["power_off", "snapshot", "power_on"])
        expect(await until(async () => (await statusOf(here, own)) === "active", 20)).toBe(true)
      })
    })
  }
})
