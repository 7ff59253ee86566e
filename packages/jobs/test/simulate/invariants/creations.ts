import { isReleaseName } from "../generate/accounts.ts"
import { isExecuted, isPost, lag, type JobRun, type Observation, type Request, type Truth } from "../run/observation.ts"

/** Every image, Droplet and action is created once, whatever was lost, killed or started twice. */
export const creations = (observation: Observation): ReadonlyArray<string> => [
  ...observation.repeated
    // snapshots and imports may be requested again after some time: see below
    .filter(({ invariant }) => invariant === "no-duplicate-creation")
    .filter(({ message }) => /^POST \/v2\/(images\/\d+\/actions|droplets) /.test(message))
    .map(({ message }) => message),
  ...snapshots(observation),
  ...imports(observation)
]

/** A snapshot that was requested for a release or for a snapshot job. */
interface Snapshot {
  /** what the job wants: jobs with the same key want the same image */
  readonly key: string
  readonly name: string
  readonly request: Request
  readonly job: JobRun
  /** from when on the next snapshot for the same purpose is another one, in milliseconds since 1970 */
  readonly settledAt: number
}

const snapshotBody = /"type":\s*"snapshot"/

/** A job does not take a snapshot while the one before for the same purpose is not finished or is young. */
const snapshots = (observation: Observation): ReadonlyArray<string> => {
  const posts = observation.requests.filter(
    (request) => isPost(request, /^\/v2\/droplets\/\d+\/actions$/, snapshotBody) && isExecuted(request)
  )
  const taken = posts.flatMap((request) => snapshotOf(observation, request) ?? [])
  return taken.flatMap((snapshot, i) => {
    const before = taken
      .slice(0, i)
      .find(({ key, settledAt }) => key === snapshot.key && settledAt > snapshot.job.plannedAt)
    return before === undefined
      ? []
      : [`a second snapshot for "${snapshot.key}": ${snapshot.name}, though ${before.name} was not finished`]
  })
}

const snapshotOf = (observation: Observation, request: Request): Snapshot | undefined => {
  const { name = "" } = JSON.parse(request.body) as { readonly name?: string }
  const droplet = Number(request.path.split("/")[3])
  const action = latest(observation).actions.find(
    ({ resource_id, started_at, type }) =>
      type === "snapshot" && resource_id === droplet && Math.abs(Date.parse(started_at) - request.at) <= 1000
  )
  for (const job of request.run.jobs) {
    const key = keyOf(job, droplet, name)
    if (key === undefined) continue
    if (action === undefined || action.status === "errored")
      return { key, name, request, job, settledAt: Number.NEGATIVE_INFINITY }
    const completedAt = action.completed_at == null ? Number.POSITIVE_INFINITY : Date.parse(action.completed_at)
    return { key, name, request, job, settledAt: settledAt(observation, job, name, completedAt) }
  }
  return undefined
}

const keyOf = ({ job }: JobRun, droplet: number, name: string): string | undefined => {
  if (job.name === "release" && job.options.droplet === droplet && isReleaseName(job.options.series, name))
    return `release ${droplet} ${job.options.series}`
  if (job.name !== "snapshot" || job.options.droplet !== droplet) return undefined
  if (job.options.name !== undefined) return job.options.name === name ? `snapshot ${droplet} ${name}` : undefined
  return /^\w+-\d\d-\d{4}-/.test(name) ? `snapshot ${droplet} by default` : undefined
}

/** For how long a snapshot with a chosen name is not taken again, in milliseconds, less the time to read that. */
const recent = 10 * 60_000 - 30_000

const settledAt = (observation: Observation, { job }: JobRun, name: string, completedAt: number): number => {
  if (job.name === "snapshot") return job.options.name === undefined ? completedAt : completedAt + recent
  const image = imageNamed(observation, name)
  if (image === undefined) return completedAt
  const ends = observation.requests.find(
    (request) =>
      isExecuted(request) &&
      (request.path === `/v2/images/${image}` ||
        (request.path === "/v2/tags/release/resources" && request.body.includes(`"${image}"`)))
  )
  return ends?.at ?? Number.POSITIVE_INFINITY
}

const imageNamed = ({ end, last, requests }: Observation, name: string): number | undefined => {
  const truths = [...requests.map(({ truth }) => truth), end, ...last.map(({ after }) => after)]
  for (const truth of truths) {
    const image = truth?.images.find((image) => image.name === name)
    if (image !== undefined) return image.id
  }
  return undefined
}

const latest = ({ end, last }: Observation): Truth => last.at(-1)?.after ?? end

/** An import is not sent when the image of its name could be read, and in the end there is one image of the name. */
const imports = (observation: Observation): ReadonlyArray<string> => {
  const { requests, scenario } = observation
  const posts = requests.filter((request) => isPost(request, /^\/v2\/images$/) && isExecuted(request))
  const visible = lag(scenario) + Number(scenario.options.latency) + looks
  const again = posts.filter(({ at, truth }) =>
    truth?.images.some(
      ({ created_at, name, status, type }) =>
        type === "custom" && name === imported && status !== "deleted" && Date.parse(created_at) + visible < at
    )
  )
  const sentTwice = posts.filter(({ run }, i) => posts.some((other, before) => before < i && other.run === run))
  return [
    ...again.map(({ at }) => `${imported} is imported again at ${new Date(at).toISOString()}, though it was visible`),
    // two imports of one process find each other's image
    ...sentTwice.flatMap(({ run }) =>
      run.jobs.filter(({ job }) => job.name === "import").length > 1 ? [] : [`${imported} is imported twice by one run`]
    )
  ]
}

/** The name of every import. */
export const imported = "base-1"

/** How long the look at what exists may be before the request, in milliseconds: with retries and late responses. */
const looks = 60_000
