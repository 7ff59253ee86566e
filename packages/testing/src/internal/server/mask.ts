import type { Account } from "../account/account.ts"

/** The parts of a response that a token may not see. */
interface Holding {
  readonly image?: Tagged
  readonly images?: ReadonlyArray<Tagged>
  readonly snapshot?: Tagged
  readonly snapshots?: ReadonlyArray<Tagged>
  readonly droplet?: Machine
  readonly droplets?: ReadonlyArray<Machine | Member>
  readonly autoscale_pool?: Pool
  readonly autoscale_pools?: ReadonlyArray<Pool>
  readonly action?: Placed
  readonly actions?: ReadonlyArray<Placed>
  readonly regions?: ReadonlyArray<Region>
}

/** A Droplet of an autoscale pool. */
interface Member {
  readonly droplet_id: number
}

interface Pool {
  readonly droplet_template: { readonly tags?: ReadonlyArray<string> }
}

interface Tagged {
  readonly tags?: ReadonlyArray<string> | null
}

interface Region {
  readonly sizes: ReadonlyArray<string>
}

interface Placed {
  readonly region?: Region | null
}

interface Machine extends Tagged {
  readonly region: Region
  readonly image: Tagged
}

/** Removes what a token may not see from a response: tags without `tag:read`, sizes of regions without `sizes:read`. */
export const mask = <A>(answer: A, scopes: Account["scopes"]): A => {
  if (scopes === null || typeof answer !== "object" || answer === null) return answer
  const noTags = !scopes.has("tag:read")
  const noSizes = !scopes.has("sizes:read")
  if (!noTags && !noSizes) return answer
  const untagged = <T extends Tagged>(one: T): T => (noTags && one.tags !== undefined ? { ...one, tags: null } : one)
  const sizeless = <R extends Region>(region: R): R => (noSizes ? { ...region, sizes: [] } : region)
  const placed = <P extends Placed>(one: P): P => (one.region == null ? one : { ...one, region: sizeless(one.region) })
  const machine = <M extends Machine>(one: M): M => ({
    ...placed(one),
    tags: noTags ? [] : one.tags,
    image: untagged(one.image)
  })
  const member = (one: Machine | Member) => ("droplet_id" in one ? one : machine(one))
  const pool = <P extends Pool>(one: P): P => {
    if (!noTags) return one
    const { tags: _, ...droplet_template } = one.droplet_template
    return { ...one, droplet_template }
  }
  const { action, actions, autoscale_pool, autoscale_pools, droplet, droplets } = answer as Holding
  const { image, images, regions, snapshot, snapshots } = answer as Holding
  return {
    ...answer,
    ...(image && { image: untagged(image) }),
    ...(images && { images: images.map(untagged) }),
    ...(snapshot && { snapshot: untagged(snapshot) }),
    ...(snapshots && { snapshots: snapshots.map(untagged) }),
    ...(droplet && { droplet: machine(droplet) }),
    ...(droplets && { droplets: droplets.map(member) }),
    ...(action && { action: placed(action) }),
    ...(actions && { actions: actions.map(placed) }),
    ...(autoscale_pool && { autoscale_pool: pool(autoscale_pool) }),
    ...(autoscale_pools && { autoscale_pools: autoscale_pools.map(pool) }),
    ...(regions && { regions: regions.map(sizeless) })
  }
}
