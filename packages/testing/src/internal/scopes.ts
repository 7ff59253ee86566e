/** What DigitalOcean wants a token to be allowed, by method and path, as its specification says. */
const needed: Readonly<Record<string, ReadonlyArray<string>>> = {
  "GET /v2/images": ["image:read"],
  "POST /v2/images": ["image:create"],
  "GET /v2/images/:image_id": ["image:read"],
  "PUT /v2/images/:image_id": ["image:update"],
  "DELETE /v2/images/:image_id": ["image:delete"],
  "GET /v2/images/:image_id/actions": ["image:read"],
  "POST /v2/images/:image_id/actions": ["image:update"],
  "GET /v2/images/:image_id/actions/:action_id": ["image:read"],
  "POST /v2/images/:image_id/account_transfer": ["image:update", "image:delete"],
  "POST /v2/images/:image_id/account_transfer/accept": ["image:create"],
  "POST /v2/images/:image_id/account_transfer/cancel": ["image:update"],
  "POST /v2/images/:image_id/account_transfer/decline": ["image:create"],
  "GET /v2/actions": ["actions:read"],
  "GET /v2/actions/:action_id": ["actions:read"],
  "GET /v2/droplets": ["droplet:read"],
  "POST /v2/droplets": ["droplet:create"],
  "GET /v2/droplets/backups/policies": ["droplet:read"],
  "GET /v2/droplets/backups/supported_policies": ["droplet:read"],
  "POST /v2/droplets/actions": ["droplet:update"],
  "GET /v2/droplets/:droplet_id": ["droplet:read"],
  "DELETE /v2/droplets/:droplet_id": ["droplet:delete"],
  "GET /v2/droplets/:droplet_id/backups/policy": ["droplet:read"],
  "GET /v2/droplets/:droplet_id/snapshots": ["droplet:read"],
  "GET /v2/droplets/:droplet_id/backups": ["droplet:read"],
  "GET /v2/droplets/:droplet_id/actions": ["droplet:read"],
  "POST /v2/droplets/:droplet_id/actions": ["droplet:update"],
  "GET /v2/droplets/:droplet_id/actions/:action_id": ["droplet:read"],
  "GET /v2/snapshots": ["snapshot:read"],
  "GET /v2/snapshots/:snapshot_id": ["snapshot:read", "block_storage_snapshot:read"],
  "DELETE /v2/snapshots/:snapshot_id": ["image:delete", "snapshot:delete"],
  "GET /v2/volumes": ["block_storage:read"],
  "GET /v2/volumes/:volume_id/snapshots": ["block_storage_snapshot:read"],
  "POST /v2/volumes/:volume_id/snapshots": ["block_storage_snapshot:create"],
  "GET /v2/tags": ["tag:read"],
  "POST /v2/tags": ["tag:create"],
  "GET /v2/tags/:tag_id": ["tag:read"],
  "DELETE /v2/tags/:tag_id": ["tag:delete"],
  "POST /v2/tags/:tag_id/resources": ["tag:create"],
  "DELETE /v2/tags/:tag_id/resources": ["tag:delete"],
  "GET /v2/regions": ["regions:read"],
  "GET /v2/sizes": ["sizes:read", "regions:read"],
  "GET /v2/account": ["account:read"]
}

/** The scopes of an operation that a token lacks. */
export const lacking = (method: string, path: string, scopes: ReadonlySet<string> | null): ReadonlyArray<string> => {
  const wanted = needed[`${method} ${path}`]
  if (wanted === undefined) throw new Error(`The contract has no scopes for ${method} ${path}`)
  return scopes === null ? [] : wanted.filter((scope) => !scopes.has(scope))
}
