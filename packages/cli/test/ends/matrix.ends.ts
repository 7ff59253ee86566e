import { describe, it } from "@effect/vitest"
import { account } from "./account.ts"
import { type Droplet, until } from "./sandbox.ts"
import { seedOf, subject } from "../../../jobs/test/support/subject.ts"
import { commands, faults, speed } from "./commands.ts"
import { doimg } from "./doimg.ts"
import { endings } from "./endings.ts"

/** The sentence that says that a Droplet is left off, and with which command it is powered on. */
const saysOff = ({ id, name }: Pick<Droplet, "id" | "name">): RegExp =>
  new RegExp(`doimg: Droplet ${name} \\(${id}\\) (is|may be) (being powered )?off.*(doimg wait|"type":"power_on")`)

/** The sentence that says that a Droplet may be left over. */
const saysLeft = (name: string): RegExp => new RegExp(`doimg: Droplet ${name} .* is billed: destroy it `)

// R4, R5: each command that changes something, ended in each way
describe.concurrent("doimg", () => {
  for (const command of commands) {
    describe(command.name, () => {
      const subjects = endings.map((_, i) => subject(i))
      const here = account({ seed: seedOf(subjects), faults, flags: ["--speed", String(speed)] })

      for (const [i, ending] of endings.entries()) {
        const own = subjects[i]!
        it(`ended by ${ending.name} exits ${ending.code} and leaves nothing half done`, async ({ expect }) => {
          const running = doimg(here, [...command.args(own), ...(ending.flags ?? [])], {
            ...ending.streams,
            planted: ending.planted
          })
          if (ending.act !== undefined) {
            expect(await until(() => command.isUnderWay(here, own))).toBe(true)
            await ending.act(running)
          }
          const { code } = await running.ended
          const err = running.err()
          expect({ code, err }).toEqual({ code: ending.code, err })
          if (ending.planted !== undefined) expect(err).toMatch(/^Error: planted$/m)

          // what DigitalOcean still works on comes to its end
          const { droplet } = own
          await until(async () => (await here.actions(droplet.id)).every(({ status }) => status !== "in-progress"))
          const droplets = await here.droplets()
          const verification = droplets.find(({ name }) => name.startsWith(`verify-${own.snapshots[2]!.id}-`))
          if (verification !== undefined) {
            expect(ending.undoes).toBe(false)
            expect(err).toMatch(saysLeft(verification.name))
          }
          const { status } = droplets.find(({ id }) => id === droplet.id)!
          if (status !== "active") {
            expect(ending.undoes).toBe(false)
            if (ending.streams?.stderr === undefined) expect(err).toMatch(saysOff(droplet))
          }
          const { makes } = command
          if (makes !== undefined) {
            const made = (await here.images()).filter(({ name }) => makes(own).test(name)).length
            expect(made).toBeLessThanOrEqual(1)
            if (ending.act === undefined && ending.flags === undefined) expect(made).toBe(1)
          }
        })
      }
    })
  }
})
