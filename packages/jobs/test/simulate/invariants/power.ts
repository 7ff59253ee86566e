import { Cleanup } from "@effect-digitalocean/jobs"
import { isExecuted, isPost, type Observation, type Request, type Run } from "../run/observation.ts"
import type { Job, Scenario } from "../generate/scenario.ts"

/** A Droplet that a job powers off is powered on, by its cleanup or in the end, or it is reported. */
export const power = (observation: Observation): ReadonlyArray<string> => [
  ...atTheEnd(observation),
  ...afterInterruptions(observation)
]

/** A Droplet that was on is on in the end, unless that was reported; one that was off stays off. */
const atTheEnd = ({ end, last, runs, scenario }: Observation): ReadonlyArray<string> => {
  const { droplets } = last.at(-1)?.after ?? end
  return (scenario.account.droplets ?? []).flatMap(({ id, name, status = "active" }) => {
    const now = droplets.find((droplet) => droplet.id === id)?.status
    const isReported = [...runs, ...last.map(({ run }) => run)].some((run) => isReportedBy(run, id))
    if (now === status || isReported || (now === "active" && mayPowerOn(scenario, id))) return []
    return [`Droplet ${name} was ${status} and is ${now}`]
  })
}

const mayPowerOn = ({ processes }: Scenario, droplet: number): boolean =>
  processes.some(({ jobs }) =>
    jobs.some(
      (job) =>
        (job.name === "release" || job.name === "snapshot") &&
        job.options.droplet === droplet &&
        job.options.powerOn === true
    )
  )

const isPoweringOff = (job: Job, droplet: number): boolean =>
  (job.name === "release" || job.name === "snapshot") &&
  job.options.droplet === droplet &&
  job.options.powerOff === true

const isReportedBy = ({ jobs, left }: Run, droplet: number): boolean =>
  [...left, ...jobs.flatMap(({ results }) => results.map(({ outcome }) => ("error" in outcome ? outcome.error : null)))]
    .filter((error) => error instanceof Cleanup.DropletLeftOff)
    .some((error) => error.droplet === droplet)

const dropletOf = ({ path }: Request): number => Number(path.split("/")[3])

/** An interrupted run powers on what it powered off, unless that is reported or left to another run. */
const afterInterruptions = ({ requests, runs, scenario }: Observation): ReadonlyArray<string> => {
  const changes = requests.filter(
    (request) => isPost(request, /^\/v2\/droplets\/\d+\/actions$/, /"power_o(n|ff)"/) && isExecuted(request)
  )
  return runs.flatMap((run) => {
    const off = changes.findLast((request) => request.run === run && request.body.includes("power_off"))
    // an incident may have let the action of either error
    if (run.how !== "interrupted" || off === undefined || scenario.incidents.length > 0) return []
    const droplet = dropletOf(off)
    const isOnAgain = changes.some(
      (request) =>
        request.at > off.at &&
        request.at <= (run.endedAt ?? 0) &&
        dropletOf(request) === droplet &&
        request.body.includes("power_on")
    )
    const isShared = runs.some(
      (other) => other.process !== run.process && other.jobs.some(({ job }) => isPoweringOff(job, droplet))
    )
    return !isOnAgain && !isShared && !isReportedBy(run, droplet)
      ? [`Droplet ${droplet} is left off by an interruption, and nothing says so`]
      : []
  })
}
