/**
 * The client's and the jobs' names of operations and fields in the words of the command line.
 *
 * @since 0.1.0
 */

/**
 * An operation such as `Images.list` in words: `could not list images`. What is no operation of a service, such as
 * `GET /v2/images`, stays.
 *
 * @since 0.1.0
 */
export const failed = (operation: string): string => {
  const [, service, verb] = /^([A-Z]\w*)\.([a-z]\w*)$/.exec(operation) ?? []
  if (service === undefined || verb === undefined) return operation
  return `could not ${special[operation] ?? phrase(service, verb)}`
}

/**
 * A field of an input as the flag or the argument that sets it: `tag_name` is `--tag`. One that no flag sets stays.
 *
 * @since 0.1.0
 */
export const flagOf = (field: string): string => flags[field] ?? field

const special: Readonly<Record<string, string>> = {
  "AccountTransfers.create": "offer the image",
  "AccountTransfers.accept": "accept the image",
  "AccountTransfers.decline": "decline the image",
  "AccountTransfers.cancel": "withdraw the offer",
  "Images.actions": "list the actions on the image",
  "Images.performAction": "start the action",
  "Droplets.actions": "list the actions on the Droplet",
  "Droplets.snapshots": "list the snapshots of the Droplet",
  "Droplets.snapshot": "take the snapshot",
  "Droplets.powerOff": "power the Droplet off",
  "Droplets.powerOn": "power the Droplet on",
  "Tags.tag": "tag the image",
  "Tags.untag": "untag the image"
}

const verbs: Readonly<Record<string, string>> = { get: "read", update: "change", listPage: "list" }

const phrase = (service: string, verb: string): string => {
  const plural = service === "Droplets" ? service : service.toLowerCase()
  const words = verbs[verb] ?? verb.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words === "list" ? `list ${plural}` : `${words} the ${plural.replace(/s$/, "")}`
}

const flags: Readonly<Record<string, string>> = {
  baseUrl: "--api-url or DIGITALOCEAN_API_URL",
  token: "the token",
  tag_name: "--tag",
  tag_id: "TAG",
  image_id: "IMAGE",
  droplet_id: "DROPLET",
  action_id: "ACTION",
  transfer_id: "--transfer-id",
  recipient: "--to-team or --to-email",
  recipient_uuid: "--to-team",
  recipient_email: "--to-email",
  url: "URL",
  path: "PATH",
  series: "--series",
  regions: "--to",
  tags: "--tag",
  name: "--name",
  size: "--size",
  region: "the region",
  timeZone: "--time-zone",
  minKeep: "--min-keep",
  "keep.last": "--keep-last",
  "keep.newerThan": "--keep-within"
}
