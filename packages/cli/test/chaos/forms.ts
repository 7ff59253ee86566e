import type { Expected } from "../../../jobs/test/support/findings.ts"
import type { Subject } from "../../../jobs/test/support/subject.ts"

/** A form of a job. */
export interface Form {
  readonly name: string
  readonly args: (subject: Subject) => ReadonlyArray<string>
  readonly expected: (subject: Subject) => Expected
  /** what a run says that finds nothing left to do, with another exit code than 0 */
  readonly isDone?: RegExp
  /** how long after a kill it is run again at the earliest, in milliseconds */
  readonly pause?: number
  /** the tag by which an image is known to be finished: the next run starts another */
  readonly mark?: string
}

const newest = ({ snapshots }: Subject) => snapshots[2]!

const idsOf = ({ snapshots }: Subject) => snapshots.map(({ id }) => id)

const series = ({ key }: Subject) => `series-${key}-{date}`

/** A release in a series of its own. */
const release = (name: string, flags: ReadonlyArray<string>, expected: Omit<Expected, "image"> = {}): Form => ({
  name: `release${name}`,
  mark: "release",
  args: ({ droplet, key }) => ["release", droplet.name, "--series", `rel-${key}`, ...flags],
  expected: (subject) => ({ image: new RegExp(`^rel-${subject.key}-`), kept: idsOf(subject), ...expected })
})

export const forms: ReadonlyArray<Form> = [
  release("", []),
  release(" --tag", ["--tag", "golden"], { tags: ["golden"] }),
  release(" --to", ["--to", "ams3,sfo3"], { regions: ["nyc3", "ams3", "sfo3"] }),
  release(" --power-off", ["--power-off"]),
  release(" --power-off --to --tag", ["--power-off", "--to", "ams3", "--tag", "golden"], {
    regions: ["nyc3", "ams3"],
    tags: ["golden"]
  }),
  {
    // the seeded images are of the series, and finished releases
    name: "release --keep-last",
    args: (subject) => {
      const { droplet } = subject
      return ["release", droplet.name, "--series", series(subject), "--keep-last", "3", "--yes"]
    },
    expected: (subject) => ({
      image: new RegExp(`^series-${subject.key}-(?!2026-11-0[123]$)`),
      deleted: idsOf(subject).slice(0, 1),
      kept: idsOf(subject).slice(1)
    })
  },
  {
    name: "snapshot --power-off",
    args: ({ droplet, key }) => ["snapshot", droplet.name, "--power-off", "--name", `cold-${key}`],
    expected: (subject) => ({ image: new RegExp(`^cold-${subject.key}$`), kept: idsOf(subject) })
  },
  {
    name: "replicate",
    args: (subject) => ["replicate", newest(subject).name, "--to", "ams3,sfo3,lon1"],
    expected: (subject) => ({
      image: newest(subject).id,
      regions: ["nyc3", "ams3", "sfo3", "lon1"],
      kept: idsOf(subject)
    })
  },
  {
    name: "replicate --convert-backups",
    args: ({ backup }) => ["replicate", backup.name, "--to", "ams3", "--convert-backups"],
    expected: ({ backup }) => ({ image: backup.id, type: "snapshot", regions: ["nyc3", "ams3"] })
  },
  {
    name: "transfer --wait",
    args: (subject) => ["transfer", newest(subject).name, "--to", "ams3,sfo3", "--wait"],
    expected: (subject) => ({ image: newest(subject).id, regions: ["nyc3", "ams3", "sfo3"], kept: idsOf(subject) })
  },
  {
    name: "import",
    args: ({ key }) => [
      ...["import", `https://example.com/${key}.img`, "--name", `imp-${key}`, "--region", "nyc3"],
      ...["--to", "ams3", "--tag", "imported"]
    ],
    expected: ({ key }) => ({
      image: new RegExp(`^imp-${key}$`),
      type: "custom",
      regions: ["nyc3", "ams3"],
      tags: ["imported"]
    })
  },
  {
    name: "preserve",
    args: ({ backup, key }) => [
      "preserve",
      String(backup.id),
      "--name",
      `kept-${key}`,
      "--to",
      "ams3",
      "--tag",
      "kept"
    ],
    expected: ({ backup }) => ({ image: backup.id, type: "snapshot", regions: ["nyc3", "ams3"], tags: ["kept"] })
  },
  {
    name: "verify",
    args: (subject) => [
      ...["verify", newest(subject).name, "--check", "sleep 0.5"],
      ...["--timeout", "20s", "--grace", "2s"]
    ],
    expected: (subject) => ({ image: newest(subject).id, kept: idsOf(subject) }),
    // what a killed verification left is destroyed by the next one, when the time of the killed one is over:
    // its name says in minutes when that is
    pause: 65_000
  },
  {
    name: "rotate",
    args: (subject) => ["rotate", "--series", series(subject), "--keep-last", "1", "--yes"],
    expected: (subject) => ({ image: newest(subject).id, deleted: idsOf(subject).slice(0, 2) })
  },
  {
    name: "hand-over",
    args: (subject) => ["hand-over", newest(subject).name, "--to-email", "other@example.com", "--yes"],
    expected: (subject) => ({ image: newest(subject).id, kept: idsOf(subject), isOffered: true }),
    // DigitalOcean lists no offers: a second one is refused
    isDone: /has a pending transfer/
  }
]
