import { Item, type Retention } from "@effect-digitalocean/jobs"
import type { DigitalOceanApi } from "@effect-digitalocean/testing"
import { isReleaseName } from "../generate/accounts.ts"
import { lag, type Observation, type Request, type Run } from "../run/observation.ts"
import type { Job } from "../generate/scenario.ts"

type Image = DigitalOceanApi.Image

/** What every deletion of an image or a Droplet is held against, right before it is sent. */
export const deletions = {
  "nothing is deleted outside of a plan": (observation: Observation) => sent(observation).flatMap(outsidePlan),
  "nothing in use is deleted": (observation: Observation) =>
    sent(observation).flatMap((request) => inUse(observation, request)),
  "retention keeps what it promises": (observation: Observation) => retention(observation)
}

const sent = ({ requests }: Observation): ReadonlyArray<Request> =>
  requests.filter(({ method, path }) => method === "DELETE" && /^\/v2\/(images|droplets)\/\d+$/.test(path))

const idOf = ({ path }: Request): number => Number(path.split("/")[3])

const isImage = ({ path }: Request): boolean => path.startsWith("/v2/images/")

const imageOf = (request: Request): Image | undefined => request.truth?.images.find(({ id }) => id === idOf(request))

/** Whether an item of a plan of a run deletes a resource. */
const isPlanned = (run: Run, verb: string, id: number): boolean =>
  run.jobs.some(({ plan }) =>
    plan?.items.some((item) => item.verb === verb && Item.isWork(item) && item.subject.id === id)
  )

const outsidePlan = (request: Request): ReadonlyArray<string> => {
  const { run } = request
  if (isPlanned(run, isImage(request) ? "delete" : "destroy", idOf(request))) return []
  if (isImage(request)) {
    // of two imports at once, one deletes what it created
    const image = imageOf(request)
    const others = request.truth?.images.filter(({ name, type }) => type === "custom" && name === image?.name) ?? []
    const isOwn = image?.type === "custom" && run.jobs.some(({ job }) => job.name === "import")
    return image === undefined || (isOwn && others.length > 1) ? [] : [`image ${image.id} ${image.name} is in no plan`]
  }
  const droplet = request.truth?.droplets.find(({ id }) => id === idOf(request))
  return droplet === undefined || isCreatedBy(run, droplet.name) ? [] : [`Droplet ${droplet.name} is in no plan`]
}

/** Whether the name of a Droplet is one that a run of verify chose after this run has started. */
const isCreatedBy = (run: Run, name: string): boolean => {
  const [, time = ""] = /^verify-\d+-(\d{14})-/.exec(name) ?? []
  const [, y, mo, d, h, mi, s] = /^(....)(..)(..)(..)(..)(..)$/.exec(time) ?? []
  const created = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
  return run.jobs.some(({ job }) => job.name === "verify") && created >= run.startedAt - 2000
}

/** How old what a job has read may be when it deletes, in milliseconds. */
const stale = 15_000 + 5000

/** An image is in use while an action is in progress on it, a Droplet while the run that created it is not ended. */
const inUse = ({ requests, runs, scenario }: Observation, request: Request): ReadonlyArray<string> => {
  if (isImage(request)) {
    const action = request.truth?.actions.find(
      ({ resource_id, resource_type, started_at, status }) =>
        resource_type === "image" &&
        resource_id === idOf(request) &&
        status === "in-progress" &&
        Date.parse(started_at) + lag(scenario) + stale < request.at
    )
    return action === undefined ? [] : [`image ${idOf(request)} is deleted during its ${action.type}`]
  }
  const droplet = request.truth?.droplets.find(({ id }) => id === idOf(request))
  if (droplet === undefined) return []
  const creator = requests.find(({ body, method }) => method === "POST" && body.includes(`"${droplet.name}"`))?.run
  const isRunning =
    creator !== undefined &&
    creator !== request.run &&
    runs.includes(creator) &&
    creator.how !== "killed" &&
    (creator.endedAt ?? Number.POSITIVE_INFINITY) > request.at
  return isRunning ? [`Droplet ${droplet.name} is destroyed by another run than its own`] : []
}

/** What a job keeps, and of which series. */
interface Promise {
  readonly series: string
  readonly options: Retention.Options
}

const promisesOf = (job: Job): ReadonlyArray<Promise> => {
  if (job.name === "rotate") return [{ series: job.options.series.name ?? "", options: job.options }]
  if (job.name !== "release" || job.options.retire === undefined) return []
  return [{ series: job.options.series, options: job.options.retire }]
}

/** A deletion leaves `minKeep` finished releases, the newest ones among them, and those that are pinned. */
const retention = (observation: Observation): ReadonlyArray<string> => {
  const deletedAt = new Map<number, number>()
  return sent(observation)
    .filter(isImage)
    .flatMap((request) => {
      const image = imageOf(request)
      if (image === undefined) return []
      const problems = request.run.jobs
        .filter(({ plan }) => plan?.items.some((item) => item.verb === "delete" && item.subject.id === image.id))
        .flatMap(({ job }) => promisesOf(job))
        .map((promise) => problemOf(observation, request, image, promise, deletedAt))
      deletedAt.set(image.id, deletedAt.get(image.id) ?? request.at)
      // of several jobs of a run, one may delete it
      return problems.length > 0 && problems.every((problem) => problem !== undefined) ? [problems[0] ?? ""] : []
    })
}

const problemOf = (
  { scenario }: Observation,
  { at, truth }: Request,
  image: Image,
  { options, series }: Promise,
  deletedAt: ReadonlyMap<number, number>
): string | undefined => {
  const { keep, minKeep = 1, pinned } = options
  const isMember = ({ name, tags }: Image) => isReleaseName(series, name) && tags?.includes("release") === true
  if (!isMember(image)) return `${image.name} is no finished release of ${series}`
  if (image.tags?.some((tag) => pinned?.tags?.includes(tag))) return `${image.name} is pinned`
  const members = (truth?.images ?? [])
    .filter(isMember)
    .filter(({ id }) => {
      // what another run has just deleted may still be read
      const deleted = deletedAt.get(id)
      return deleted === undefined || deleted + lag(scenario) + stale > at
    })
    .toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1))
  const others = members.filter(({ id }) => id !== image.id).filter(({ id }) => !deletedAt.has(id))
  if (others.length < minKeep) return `the deletion of ${image.name} leaves ${others.length}, and minKeep is ${minKeep}`
  if (members.slice(0, keep.last ?? 0).some(({ id }) => id === image.id))
    return `${image.name} is one of the last ${keep.last}`
  const newest = Date.parse(members[0]!.created_at)
  return keep.newerThan !== undefined && newest - Date.parse(image.created_at) < 48 * 3_600_000
    ? `${image.name} is newer than 2 days`
    : undefined
}
