/** What one case of a table works on: names and ids that no other case has. */
export interface Subject {
  readonly key: string
  readonly droplet: { readonly id: number; readonly name: string }
  /** snapshots of the Droplet, the newest last */
  readonly snapshots: ReadonlyArray<{ readonly id: number; readonly name: string }>
  readonly backup: { readonly id: number; readonly name: string }
  /** an image that was imported */
  readonly custom: { readonly id: number; readonly name: string }
}

/** The subject of a case, by its number. */
export const subject = (i: number): Subject => ({
  key: `k${i}`,
  droplet: { id: 400_000 + i, name: `web-k${i}` },
  snapshots: [1, 2, 3].map((day) => ({ id: 1000 * day + i, name: `series-k${i}-2026-11-0${day}` })),
  backup: { id: 9000 + i, name: `backup-k${i}` },
  custom: { id: 8000 + i, name: `custom-k${i}` }
})

/** An account that holds so many subjects. */
export const seedOf = (subjects: ReadonlyArray<Subject>, status: "active" | "off" = "active") => ({
  droplets: subjects.map(({ backup, droplet, snapshots }) => ({
    ...droplet,
    status,
    images: [...snapshots, backup].map(({ id }) => id)
  })),
  images: subjects.flatMap(({ backup, custom, snapshots }) => [
    ...snapshots.map((image, day) => ({
      ...{
        ...image,
        size_gigabytes: 1,
        tags: ["release", "expires:2026-01-01"],
        created_at: `2026-11-0${day + 1}T03:00:00Z`
      }
    })),
    { ...backup, type: "backup", size_gigabytes: 1, created_at: "2026-11-20T03:00:00Z" },
    { ...custom, type: "custom", size_gigabytes: 1, created_at: "2026-11-21T03:00:00Z" }
  ])
})
