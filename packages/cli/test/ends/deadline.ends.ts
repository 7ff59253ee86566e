import { describe, it } from "@effect/vitest"
import { account } from "./account.ts"
import { until } from "./sandbox.ts"
import { seedOf, subject } from "../../../jobs/test/support/subject.ts"
import { doimg } from "./doimg.ts"

const post = "POST /v2/droplets/*/actions"

const stuck = (type: string) => [{ on: post, where: { type }, fault: "stuck", times: "always" }]

const flags = ["--speed", "60"]

/** Runs to the end, and answers in how many seconds. */
const timed = async (...given: Parameters<typeof doimg>) => {
  const start = performance.now()
  const running = doimg(...given)
  const { at, code } = await running.ended
  return { code, err: running.err(), seconds: (at - start) / 1000 }
}

// R67
describe.concurrent("finalizers have a deadline", () => {
  const one = subject(0)
  const { id, name } = one.droplet
  const on = `doimg request POST /v2/droplets/${id}/actions --data '{"type":"power_on"}'`
  const cases = [
    {
      what: "power_off",
      says: `doimg: Droplet ${name} (${id}) is being powered off by action N and could not be powered on in 2s: power it on with doimg wait N && ${on}`
    },
    {
      what: "snapshot",
      says: `doimg: Droplet ${name} (${id}) is off and could not be powered on in 2s, for its action N (snapshot) is in progress: power it on with doimg wait N && ${on}`
    },
    {
      what: "power_on",
      says: `doimg: Droplet ${name} (${id}) is off, and action N, which powers it on, has not completed in 2s: see doimg wait N`
    }
  ]
  for (const { says, what } of cases) {
    describe(`where a ${what} never completes`, () => {
      const here = account({ seed: seedOf([one]), faults: stuck(what), flags })
      it("snapshot --power-off --timeout ends in time, and says what is left", async ({ expect }) => {
        const args = ["snapshot", name, "--power-off", "--timeout", "8s", "--grace", "2s"]
        const { code, err, seconds } = await timed(here, args)
        expect({ code, err }).toEqual({ code: 7, err })
        expect(err.replaceAll(/\b32000\d+/g, "N")).toContain(`${says}\n`)
        expect(seconds).toBeGreaterThan(8)
        expect(seconds).toBeLessThan(25)
        // nothing was requested again and again
        const types = (await here.actions(id)).map(({ type }) => type)
        expect(types).toEqual([...new Set(types)])
      })
    })
  }

  describe("of 30 seconds, unless --grace says another", () => {
    const subjects = [0, 1, 2].map(subject)
    const here = account({ seed: seedOf(subjects), faults: stuck("power_off"), flags })

    it("which a SIGTERM lets pass", async ({ expect }) => {
      const { droplet } = subjects[0]!
      const running = doimg(here, ["snapshot", droplet.name, "--power-off"])
      expect(await until(async () => (await here.actions(droplet.id)).length > 0)).toBe(true)
      running.signal("SIGTERM")
      const start = performance.now()
      const { at, code } = await running.ended
      expect({ code, err: running.err() }).toEqual({ code: 143, err: running.err() })
      expect(running.err()).toContain("and could not be powered on in 30s: ")
      expect((at - start) / 1000).toBeGreaterThan(29)
      expect((at - start) / 1000).toBeLessThan(40)
    })

    it("which a second SIGTERM cuts short", async ({ expect }) => {
      const { droplet } = subjects[1]!
      const running = doimg(here, ["snapshot", droplet.name, "--power-off"])
      expect(await until(async () => (await here.actions(droplet.id)).length > 0)).toBe(true)
      running.signal("SIGTERM")
      await until(async () => running.err().includes("is busy"))
      await new Promise((resolve) => setTimeout(resolve, 100))
      running.signal("SIGTERM")
      const start = performance.now()
      const { at, code } = await running.ended
      expect(code).toBe(143)
      expect(running.err()).toMatch(/doimg: Droplet \S+ \(\d+\) is being powered off by action \d+: power it on with /)
      expect((at - start) / 1000).toBeLessThan(5)
    })

    it("release --power-off too", async ({ expect }) => {
      const { droplet, key } = subjects[2]!
      const args = ["release", droplet.name, "--series", key, "--power-off", "--timeout", "4s", "--grace", "2s"]
      const { code, err, seconds } = await timed(here, args)
      expect({ code, err }).toEqual({ code: 7, err })
      expect(err).toMatch(/doimg: Droplet \S+ \(\d+\) is being powered off by action \d+.*: power it on with /)
      expect(seconds).toBeLessThan(25)
    })
  })

  describe("of a verification", () => {
    const silent = [{ on: "droplets.delete", fault: "silence", times: "always" }]
    const here = account({ seed: seedOf([one]), faults: silent, flags })
    it("that cannot destroy its Droplet ends it, and says which is left and billed", async ({ expect }) => {
      const image = String(one.snapshots[0]!.id)
      const args = ["verify", image, "--check", "sleep 60", "--timeout", "8s", "--grace", "2s"]
      const { code, err, seconds } = await timed(here, args)
      expect({ code, err }).toEqual({ code: 7, err })
      const left = (await here.droplets()).find(({ name }) => name.startsWith(`verify-${image}-`))!
      expect(err).toContain(
        `doimg: Droplet ${left.name} (${left.id}) may still exist and could not be destroyed in 2s, and is billed: destroy it with doimg request DELETE /v2/droplets/${left.id}\n`
      )
      expect(seconds).toBeLessThan(25)
    })
  })
})
