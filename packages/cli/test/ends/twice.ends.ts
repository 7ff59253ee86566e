import { describe, it } from "@effect/vitest"
import { account } from "./account.ts"
import { until } from "./sandbox.ts"
import { seedOf, subject } from "../../../jobs/test/support/subject.ts"
import { doimg } from "./doimg.ts"

const gaps = [0, 150, 1500]

const names = [
  { how: "by the same name", flags: ["--name x-KEY", "--name x-KEY"], images: [1, 1] },
  { how: "by two names", flags: ["--name x-KEY", "--name y-KEY"], images: [2, 2] },
  // who waits for a snapshot of the Droplet that nobody has named needs no other
  { how: "without a name", flags: ["", ""], images: [1, 2] }
] as const

// R7
describe.concurrent("doimg snapshot --power-off of one Droplet, started twice", () => {
  const cases = names.flatMap((name) => gaps.map((gap) => ({ ...name, gap })))
  for (const flags of [[], ["--status-delay", "1m"]]) {
    describe(flags.join(" ") || "where nothing lags", () => {
      const subjects = cases.map((_, i) => subject(i))
      // power takes a quarter of a second: longer than it takes to look and then to act
      const here = account({ seed: seedOf(subjects), flags: ["--speed", "20", ...flags] })

      for (const [i, { flags, gap, how, images }] of cases.entries()) {
        it(`${how} within ${gap} ms makes no image too many, and leaves it on`, async ({ expect }) => {
          const { droplet, key } = subjects[i]!
          const line = (flag: string) =>
            ["snapshot", droplet.name, "--power-off", ...flag.replace("KEY", key).split(" ")].filter(
              (word) => word !== ""
            )
          const first = doimg(here, line(flags[0]))
          await new Promise((resolve) => setTimeout(resolve, gap))
          const second = doimg(here, line(flags[1]))
          const codes = [(await first.ended).code, (await second.ended).code]
          const said = `${first.err()}\n---\n${second.err()}`
          expect({ codes, said }).toEqual({ codes: [0, 0], said })
          expect(first.out()).toMatch(/^ID: +\d+$/m)
          expect(second.out()).toMatch(/^ID: +\d+$/m)

          const actions = (await here.actions(droplet.id)).toReversed()
          expect(actions.filter(({ status }) => status !== "completed")).toEqual([])
          const made = actions.filter(({ type }) => type === "snapshot").length
          expect(made).toBeGreaterThanOrEqual(images[0])
          expect(made).toBeLessThanOrEqual(images[1])
          // each snapshot is of a Droplet that is off, and nothing is done that was done already
          let power = "power_on"
          for (const { type } of actions) {
            if (type === "snapshot") expect({ said, power }).toEqual({ said, power: "power_off" })
            else expect({ said, type }).not.toEqual({ said, type: power })
            if (type !== "snapshot") power = type
          }
          expect(power).toBe("power_on")
          expect(
            await until(async () => (await here.droplets()).find(({ id }) => id === droplet.id)?.status === "active")
          ).toBe(true)
        })
      }
    })
  }
})
