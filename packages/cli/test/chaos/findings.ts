import type { Account } from "../ends/sandbox.ts"
import type { Subject } from "../ends/subject.ts"
import type { Form } from "./forms.ts"

/** What is wrong with an account after a job has come to its end. */
export interface Findings {
  readonly duplicates: ReadonlyArray<string>
  readonly lost: ReadonlyArray<string>
  readonly left: ReadonlyArray<string>
}

/** Compares an account with what a form of a job has to leave. */
export const findings = async (account: Account, form: Form, subject: Subject): Promise<Findings> => {
  const { deleted = [], image, isOffered, kept = [], regions = [], tags = [], type } = form.expected(subject)
  const images = await account.images()
  const [only, ...others] = images.filter(({ id, name }) =>
    typeof image === "number" ? id === image : image.test(name)
  )
  const actions = only === undefined ? [] : await account.imageActions(only.id)
  const requested = actions.map((action) => `${action.type} to ${action.region_slug}`)
  const offers = offersOf(account.log(), only?.id)
  const droplets = await account.droplets()
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
      ...(only === undefined ? [] : tags.filter((tag) => !only.tags.includes(tag))).map(
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

/** How often an image was offered, by the log of the sandbox: nothing else shows it. */
const offersOf = (log: string, image: number | undefined): number =>
  log.match(new RegExp(` 2\\d\\d POST /v2/images/${image}/account_transfer(?!/)`, "g"))?.length ?? 0
