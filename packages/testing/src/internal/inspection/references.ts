import type { Account } from "../account/account.ts"

/** What refers to an image or to a snapshot of a volume, or protects it: each says what it does with it. */
export const referencesTo = (account: Account, id: string, now: number): ReadonlyArray<string> => {
  const image = account.images.get(Number(id))
  const slug = image?.slug ?? undefined
  const tags = (image ?? account.volumeSnapshots.get(id))?.tags ?? []
  const isNamed = (name: string) => name === id || name === slug
  return [
    ...[...account.droplets.values()].flatMap(({ id, image, name }) =>
      isNamed(String(image.id)) ? [`Droplet ${name} (${id}) was created from`] : []
    ),
    ...[...account.pools.values()].flatMap(({ droplet_template, name }) =>
      isNamed(droplet_template.image) ? [`autoscale pool ${name} creates Droplets from`] : []
    ),
    ...account.actions.pending("image", Number(id)).map(({ id }) => `action ${id} works on`),
    ...tags.filter((tag) => protects(tag, now)).map((tag) => `the tag ${tag} protects`)
  ]
}

/** Whether a tag protects what it is on: `protected`, a channel, or a day of expiry that has not come. */
const protects = (tag: string, now: number): boolean => {
  const [, kind = "", value = ""] = /^(protected$|channel:|expires:)(.*)$/i.exec(tag) ?? []
  return kind !== "" && !(kind.toLowerCase() === "expires:" && Date.parse(value) <= now)
}
