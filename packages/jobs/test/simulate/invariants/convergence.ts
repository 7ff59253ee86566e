import { Item, Outcome, Plan } from "@effect-digitalocean/jobs"
import { isReleaseName } from "../generate/accounts.ts"
import { imported } from "./creations.ts"
import { isExecuted, type JobRun, type Observation, type Truth } from "../run/observation.ts"
import type { Job } from "../generate/scenario.ts"

/** What holds when each job is run once more, alone, while nothing goes wrong. */
export const convergence = {
  "a run that nothing disturbs completes": (observation: Observation) =>
    lastRuns(observation).flatMap(({ before, job }) => {
      const problems = problemsOf(job)
      return problems.length === 0 || isImpossible(observation, job.job, before)
        ? []
        : [`${JSON.stringify(job.job)}: ${problems.join("; ")}`]
    }),
  "a run that completes reaches its goal": (observation: Observation) =>
    lastRuns(observation).flatMap(({ after, job }) =>
      problemsOf(job).length > 0 ? [] : missing(job.job, after).map((what) => `${JSON.stringify(job.job)}: ${what}`)
    ),
  "a run does what its plan says": (observation: Observation) =>
    lastRuns(observation).flatMap(({ job }) => (problemsOf(job).length > 0 ? [] : disagreements(job)))
}

const lastRuns = ({ last }: Observation) =>
  last.flatMap(({ after, before, run }) => run.jobs.map((job) => ({ after, before, job })))

/** Why a job is not done. */
const problemsOf = ({ planError, results }: JobRun): ReadonlyArray<string> => [
  ...(planError === undefined ? [] : [`no plan: ${planError._tag}: ${planError.message}`]),
  ...results
    .filter(({ outcome }) => !Outcome.isSuccess(outcome))
    .map(({ item, outcome }) => `${Item.format(item)}: ${Outcome.format(outcome)}`)
]

/** Whether the account is such that a job cannot be done. */
const isImpossible = (observation: Observation, job: Job, { images }: Truth): boolean => {
  const of = (id: unknown) => images.find((image) => image.id === id)
  switch (job.name) {
    case "replicate":
      return job.options.images.some((id) => {
        const image = of(id)
        return image === undefined || (image.type === "backup" && job.options.convertBackups !== true)
      })
    case "preserve":
      return of(job.options.backup) === undefined
    case "import":
      return String(job.options.url).includes("fail") || images.filter(({ name }) => name === imported).length > 1
    case "verify": {
      const image = of(job.options.image)
      if (image === undefined) return true
      const isThere = image.regions.some((region) => region === job.options.region)
      return !isThere && (image.type === "backup" || job.options.replicate !== true)
    }
    case "hand over": {
      const image = of(job.options.image)
      const isSnapshot = image?.type === "snapshot" || (image?.type === "backup" && job.options.convertBackups === true)
      return !isSnapshot || isOffered(observation, image.id)
    }
    default:
      return false
  }
}

/** Whether an earlier run has offered an image, when another offer is refused: DigitalOcean lists no offers. */
const isOffered = ({ requests, scenario }: Observation, image: number): boolean =>
  scenario.options.offeredAgain === "refused" &&
  requests.some(
    (request) =>
      request.run.process < 100 && request.path === `/v2/images/${image}/account_transfer` && isExecuted(request)
  )

/** What a job that is done has not done. */
const missing = (job: Job, { droplets, images, others }: Truth): ReadonlyArray<string> => {
  const absent = (image: Truth["images"][number] | undefined, regions: ReadonlyArray<unknown>) =>
    image === undefined
      ? ["there is no image"]
      : regions.filter((region) => !image.regions.includes(String(region))).map((region) => `it is not in ${region}`)
  const of = (id: unknown) => images.find((image) => image.id === id)
  switch (job.name) {
    case "replicate":
      return job.options.images.flatMap((id) => absent(of(id), job.options.regions))
    case "preserve": {
      const image = of(job.options.backup)
      const isKept = image?.type === "snapshot" && image.name === job.options.name
      return [...absent(image, job.options.regions ?? []), ...(isKept ? [] : ["it is not kept"])]
    }
    case "import": {
      const [image, ...more] = images.filter(({ name, status }) => name === imported && status !== "deleted")
      return [...absent(image, job.options.regions ?? []), ...more.map(({ id }) => `${id} is a second one`)]
    }
    case "release": {
      const made = images.filter(
        ({ name, tags }) => isReleaseName(job.options.series, name) && tags?.includes("release") === true
      )
      return absent(made.toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1))[0], job.options.regions ?? [])
    }
    case "snapshot":
      return images.some(({ name }) => job.options.name === undefined || name === job.options.name) ? [] : ["no image"]
    case "verify":
      return droplets
        .filter(({ name }) => name.startsWith(`verify-${job.options.image}-`))
        .map(({ name }) => `Droplet ${name} is left`)
    case "hand over":
      return others.some(({ id }) => id === job.options.image) ? [] : ["the other account does not have the image"]
    case "rotate":
    case "audit":
      return []
  }
}

const disagreements = ({ job, plan, results }: JobRun): ReadonlyArray<string> =>
  (plan?.items ?? []).flatMap((item) => {
    const outcome = results.find((result) => Item.key(result.item) === Item.key(item))?.outcome._tag
    const expected: ReadonlyArray<string | undefined> = Item.isWork(item) ? ["Done"] : [undefined, "Skipped"]
    return expected.includes(outcome)
      ? []
      : [`${job.name}: the plan says "${Item.format(item)}", and the outcome is ${outcome}\n${Plan.format(plan!)}`]
  })
