import type { Account } from "./sandbox.ts"
import type { Subject } from "../../../jobs/test/support/subject.ts"

/** A command that changes something, on a subject of its own. */
export interface Changing {
  readonly name: string
  readonly args: (subject: Subject) => ReadonlyArray<string>
  /** whether it is under way: its change has been requested, and it has not ended */
  readonly isUnderWay: (account: Account, subject: Subject) => Promise<boolean>
  /** what the images it makes are called: there must be one at most of each */
  readonly makes?: (subject: Subject) => RegExp
}

const onDroplet =
  (type: string) =>
  async (account: Account, { droplet }: Subject): Promise<boolean> =>
    (await account.actions(droplet.id)).some((action) => action.type === type)

const onImage =
  (type: string, image: (subject: Subject) => number) =>
  async (account: Account, subject: Subject): Promise<boolean> =>
    (await account.imageActions(image(subject))).some((action) => action.type === type)

const newest = ({ snapshots }: Subject) => snapshots[2]!

const oldest = ({ snapshots }: Subject) => snapshots[0]!

const verifications = async (account: Account, subject: Subject): Promise<boolean> =>
  (await account.droplets()).some(({ name }) => name.startsWith(`verify-${newest(subject).id}-`))

/** The answer of each of these is held back by {@link faults}, so that there is a time in which it is under way. */
const image =
  (is: (image: { readonly name: string } | undefined) => boolean) =>
  async (account: Account, subject: Subject): Promise<boolean> =>
    is((await account.get<{ image?: { name: string } }>(`images/${newest(subject).id}`)).image)

const tags =
  (are: (tags: ReadonlyArray<string>) => boolean) =>
  async (account: Account, subject: Subject): Promise<boolean> =>
    are((await account.get<{ image: { tags: ReadonlyArray<string> } }>(`images/${newest(subject).id}`)).image.tags)

/** DigitalOcean's time runs so many times faster. */
export const speed = 60

/** What is done at once is told three seconds later. */
export const faults = [
  ...["images.update", "images.delete", "images.transferCreate", "tags.create", "tags.tag", "tags.untag"].map((on) => ({
    ...{ on, fault: "late", seconds: 3 * speed, times: "always" }
  }))
]

export const commands: ReadonlyArray<Changing> = [
  {
    name: "snapshot --power-off while it powers off",
    args: ({ droplet, key }) => ["snapshot", droplet.name, "--power-off", "--name", `cold-${key}`],
    isUnderWay: onDroplet("power_off"),
    makes: ({ key }) => new RegExp(`^cold-${key}$`)
  },
  {
    name: "snapshot --power-off while it takes the snapshot",
    args: ({ droplet, key }) => ["snapshot", droplet.name, "--power-off", "--name", `cold-${key}`],
    isUnderWay: onDroplet("snapshot"),
    makes: ({ key }) => new RegExp(`^cold-${key}$`)
  },
  {
    name: "snapshot",
    args: ({ droplet, key }) => ["snapshot", droplet.name, "--name", `warm-${key}`],
    isUnderWay: onDroplet("snapshot"),
    makes: ({ key }) => new RegExp(`^warm-${key}$`)
  },
  {
    name: "release",
    args: ({ droplet, key }) => [
      "release",
      droplet.name,
      "--series",
      `rel-${key}`,
      "--to",
      "ams3",
      "--tag",
      `t-${key}`
    ],
    isUnderWay: onDroplet("snapshot"),
    makes: ({ key }) => new RegExp(`^rel-${key}-`)
  },
  {
    name: "release --power-off",
    args: ({ droplet, key }) => ["release", droplet.name, "--series", `rel-${key}`, "--power-off", "--tag", `t-${key}`],
    isUnderWay: onDroplet("snapshot"),
    makes: ({ key }) => new RegExp(`^rel-${key}-`)
  },
  {
    name: "verify",
    args: (subject) => ["verify", String(newest(subject).id), "--check", "sleep 1"],
    isUnderWay: verifications
  },
  {
    name: "replicate",
    args: (subject) => ["replicate", newest(subject).name, "--to", "ams3,sfo3"],
    isUnderWay: onImage("transfer", (subject) => newest(subject).id)
  },
  {
    name: "transfer --wait",
    args: (subject) => ["transfer", newest(subject).name, "--to", "ams3,sfo3", "--wait"],
    isUnderWay: onImage("transfer", (subject) => newest(subject).id)
  },
  {
    name: "convert --wait",
    args: ({ backup }) => ["convert", backup.name, "--wait"],
    isUnderWay: onImage("convert", ({ backup }) => backup.id)
  },
  {
    name: "perform-action --wait",
    args: (subject) => ["perform-action", newest(subject).name, "transfer", "--params", `{"region":"ams3"}`, "--wait"],
    isUnderWay: onImage("transfer", (subject) => newest(subject).id)
  },
  {
    name: "preserve",
    args: ({ backup, key }) => ["preserve", backup.name, "--name", `kept-${key}`, "--to", "ams3"],
    isUnderWay: onImage("convert", ({ backup }) => backup.id),
    makes: ({ key }) => new RegExp(`^kept-${key}$`)
  },
  {
    name: "import",
    args: ({ key }) => ["import", `https://example.com/${key}.img`, "--name", `imp-${key}`, "--region", "nyc3"],
    isUnderWay: async (account, { key }) => (await account.images()).some(({ name }) => name === `imp-${key}`),
    makes: ({ key }) => new RegExp(`^imp-${key}$`)
  },
  {
    name: "rename",
    args: (subject) => ["rename", newest(subject).name, `renamed-${subject.key}`],
    isUnderWay: image((image) => image?.name.startsWith("renamed-") === true)
  },
  {
    name: "describe",
    args: ({ custom }) => ["describe", custom.name, "described"],
    isUnderWay: async (account, { custom }) =>
      (await account.get<{ image: { description: string } }>(`images/${custom.id}`)).image.description === "described"
  },
  {
    name: "protect",
    args: (subject) => ["protect", newest(subject).name],
    isUnderWay: tags((tags) => tags.includes("protected"))
  },
  {
    name: "unprotect",
    args: (subject) => ["unprotect", newest(subject).name],
    isUnderWay: tags((tags) => !tags.includes("expires:2026-01-01"))
  },
  {
    name: "promote",
    args: (subject) => ["promote", newest(subject).name, subject.key],
    isUnderWay: async (account, subject) => tags((tags) => tags.includes(`channel:${subject.key}`))(account, subject)
  },
  {
    name: "delete",
    args: (subject) => ["delete", newest(subject).name, "--yes"],
    isUnderWay: image((image) => image === undefined)
  },
  {
    name: "rotate",
    args: ({ key }) => ["rotate", "--series", `series-${key}-{date}`, "--keep-last", "1", "--yes"],
    isUnderWay: async (account, subject) =>
      (await account.get<{ image?: object }>(`images/${oldest(subject).id}`)).image === undefined
  },
  {
    name: "hand-over",
    args: (subject) => ["hand-over", String(newest(subject).id), "--to-email", "other@example.com", "--yes"],
    // an offer shows nowhere; it is requested when the image is known, and its answer is held back
    isUnderWay: async (account, subject) => {
      const isKnown = account.log().includes(` GET /v2/images/${newest(subject).id}\n`)
      return isKnown && new Promise((resolve) => setTimeout(resolve, 500, true))
    }
  },
  {
    name: "request POST",
    args: ({ key }) => ["request", "POST", "/v2/tags", "--data", `{"name":"tag-${key}"}`],
    isUnderWay: async (account, { key }) => (await account.get<{ tag?: object }>(`tags/tag-${key}`)).tag !== undefined
  }
]
