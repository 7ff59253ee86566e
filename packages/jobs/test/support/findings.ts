import type { Subject } from "./subject.ts"

/** What has to be true when a job has come to its end, however often it was killed before. */
export interface Expected {
  /** what the one image is called that it makes, or the id of the one that it works on */
  readonly image: RegExp | number
  readonly type?: "snapshot" | "custom"
  readonly regions?: ReadonlyArray<string>
  readonly tags?: ReadonlyArray<string>
  /** images that it deletes, and such that it must not delete */
  readonly deleted?: ReadonlyArray<number>
  readonly kept?: ReadonlyArray<number>
  /** whether the image is offered to another account, once */
  readonly isOffered?: boolean
}

/** What an account contains, as far as it is compared with what a job has to leave. */
export interface Contents {
  readonly images: ReadonlyArray<{
    readonly id: number
    readonly name: string
    readonly type: string
    readonly regions: ReadonlyArray<string>
    readonly tags?: ReadonlyArray<string> | null
  }>
  readonly actions: ReadonlyArray<{
    readonly type: string
    readonly status: string
    readonly resource_id: number | null
    readonly region_slug?: string | null
  }>
  readonly droplets: ReadonlyArray<{ readonly id: number; readonly name: string; readonly status: string }>
  /** how often an image was offered to another account */
  readonly offers: (image: number) => number
}

/** What is wrong with an account after a job has come to its end. */
export interface Findings {
  readonly duplicates: ReadonlyArray<string>
  readonly lost: ReadonlyArray<string>
  readonly left: ReadonlyArray<string>
}

/** Compares an account with what a job has to leave. */
export const findings = (contents: Contents, expected: Expected, subject: Subject): Findings => {
  const { deleted = [], image, isOffered, kept = [], regions = [], tags = [], type } = expected
  const { droplets, images } = contents
  const [only, ...others] = images.filter(({ id, name }) =>
    typeof image === "number" ? id === image : image.test(name)
  )
  // what DigitalOcean could not do may be requested again
  const requested = contents.actions
    .filter(({ resource_id, status }) => resource_id === only?.id && status !== "errored")
    .map((action) => `${action.type} to ${action.region_slug}`)
  const offers = only === undefined ? 0 : contents.offers(only.id)
  const has = (wanted: number) => images.some(({ id }) => id === wanted)
  const isVerification = (name: string) => subject.snapshots.some(({ id }) => name.startsWith(`verify-${id}-`))
  return {
    duplicates: [
      ...others.map(({ id, name }) => `a second image ${name} (${id})`),
      ...requested
        .filter((one, i) => requested.indexOf(one) !== i)
        .map((one) => `a second ${one} of image ${only?.id}`),
      ...(offers > 1 ? [`${offers} offers of image ${only?.id}`] : [])
    ],
    lost: [
      ...(only === undefined ? [`no image ${image}`] : []),
      ...(only !== undefined && type !== undefined && only.type !== type ? [`image ${only.id} is a ${only.type}`] : []),
      ...(only === undefined ? [] : regions.filter((region) => !only.regions.includes(region))).map(
        (region) => `image ${only!.id} is not in ${region}`
      ),
      ...(only === undefined ? [] : tags.filter((tag) => only.tags?.includes(tag) !== true)).map(
        (tag) => `image ${only!.id} is not tagged ${tag}`
      ),
      ...kept.filter((id) => !has(id)).map((id) => `image ${id} was deleted`),
      ...deleted.filter(has).map((id) => `image ${id} was not deleted`),
      ...(isOffered === true && offers === 0 ? [`image ${only?.id} is not offered`] : [])
    ],
    left: [
      ...droplets
        .filter(({ name }) => isVerification(name))
        .map(({ id, name }) => `Droplet ${name} (${id}) is left over`),
      ...droplets
        .filter(({ id, status }) => id === subject.droplet.id && status !== "active")
        .map(({ id, name, status }) => `Droplet ${name} (${id}) is ${status}`)
    ]
  }
}
