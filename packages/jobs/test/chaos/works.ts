import type { DurableJobs } from "@effect-digitalocean/jobs/durable"
import type { Expected } from "../support/findings.ts"
import { type Subject, subject } from "../support/subject.ts"

/** A job that is submitted, and what it has to leave in the account; null if it changes nothing. */
export interface Work {
  readonly subject: Subject
  readonly request: DurableJobs.Request
  readonly expected: Expected | null
}

type Form = (subject: Subject) => {
  readonly kind: string
  readonly options: object
  readonly expected: Expected | null
}

const regions = ["ams3", "sfo3", "lon1"]

const idsOf = ({ snapshots }: Subject) => snapshots.map(({ id }) => id)

const seriesOf = ({ key }: Subject) => `series-${key}-{date}`

const forms: ReadonlyArray<Form> = [
  (own) => ({
    kind: "replicate",
    options: { images: [own.custom.id], regions },
    expected: { image: own.custom.id, regions: ["nyc3", ...regions] }
  }),
  (own) => ({
    kind: "release",
    options: { droplet: own.droplet.id, series: `rel-${own.key}`, regions: ["ams3"], tags: ["golden"], powerOff: true },
    expected: {
      ...{ image: new RegExp(`^rel-${own.key}-`), regions: ["nyc3", "ams3"] },
      ...{ tags: ["golden", "release"], kept: idsOf(own) }
    }
  }),
  (own) => ({
    kind: "rotate",
    options: { series: { name: seriesOf(own) }, keep: { last: 1 }, timeZone: "UTC" },
    expected: { image: own.snapshots[2]!.id, deleted: idsOf(own).slice(0, 2) }
  }),
  (own) => ({
    kind: "preserve",
    options: { backup: own.backup.id, name: `kept-${own.key}`, regions: ["ams3"], tags: ["kept"] },
    expected: { image: own.backup.id, type: "snapshot", regions: ["nyc3", "ams3"], tags: ["kept"] }
  }),
  (own) => ({
    kind: "import",
    options: {
      ...{ name: `imp-${own.key}`, url: `https://example.com/${own.key}.img`, region: "nyc3" },
      ...{ regions: ["ams3"], tags: ["imported"] }
    },
    expected: {
      ...{ image: new RegExp(`^imp-${own.key}$`), type: "custom" },
      ...{ regions: ["nyc3", "ams3"], tags: ["imported"] }
    }
  }),
  (own) => ({
    kind: "snapshot",
    options: { droplet: own.droplet.id, name: `cold-${own.key}`, powerOff: true },
    expected: { image: new RegExp(`^cold-${own.key}$`), kept: idsOf(own) }
  }),
  (own) => ({
    kind: "audit",
    // of each job others: the same options are the same job
    options: { prices: { gigabyteMonth: 0.06 + Number(own.key.slice(1)) / 1e6, minimum: 0.01 } },
    expected: null
  })
]

/** The name of the account of all jobs. */
export const account = "production"

/** A number of jobs of all kinds in turn, each with a subject of its own. */
export const worksOf = (count: number): ReadonlyArray<Work> =>
  Array.from({ length: count }, (_, i) => {
    const own = subject(i)
    const { expected, kind, options } = forms[i % forms.length]!(own)
    return { subject: own, request: { account, kind, options }, expected }
  })

/** The number of the job that a request of a runner is for, if it is a POST that creates something. */
export const numberOf = (
  { body, path }: { readonly body: string; readonly path: string },
  nameOf: (image: number) => string | undefined
): number | undefined => {
  const named = (text: string | undefined) => /\bk(\d+)\b/.exec(text ?? "")?.[1]
  const [, resource, id = ""] = /^\/v2\/(images|droplets)\/(\d+)\/actions$/.exec(path) ?? []
  if (resource === "droplets") return Number(id) - subject(0).droplet.id
  const found = resource === "images" ? (named(nameOf(Number(id))) ?? named(body)) : named(body)
  return found === undefined ? undefined : Number(found)
}
