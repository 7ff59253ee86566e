/**
 * DigitalOcean images for Effect: one module per concept, used qualified.
 *
 * @since 0.1.0
 */
export * as Account from "./Account.ts"
export * as AccountTransfers from "./AccountTransfers.ts"
export * as Action from "./Action.ts"
export * as Actions from "./Actions.ts"
export * as BackupPolicy from "./BackupPolicy.ts"
export * as DigitalOcean from "./DigitalOcean.ts"
export * as DigitalOceanClient from "./DigitalOceanClient.ts"
export * as DigitalOceanError from "./DigitalOceanError.ts"
export * as Droplet from "./Droplet.ts"
export * as Droplets from "./Droplets.ts"
export * as Endpoint from "./Endpoint.ts"
export * as Image from "./Image.ts"
export * as Images from "./Images.ts"
export * as Page from "./Page.ts"
export * as RateLimit from "./RateLimit.ts"
export * as Region from "./Region.ts"
export * as Regions from "./Regions.ts"
export * as Size from "./Size.ts"
export * as Sizes from "./Sizes.ts"
export * as Snapshot from "./Snapshot.ts"
export * as Snapshots from "./Snapshots.ts"
export * as Tag from "./Tag.ts"
export * as Tags from "./Tags.ts"
export * as Volumes from "./Volumes.ts"
