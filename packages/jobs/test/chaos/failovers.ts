/** A job as the store has it. */
export interface Row {
  readonly id: string
  readonly intention: string
  readonly state: string
  readonly failovers: number
}

/** How long a job was without a runner. */
export interface Failover {
  readonly seconds: number
  /** whether nothing else happened meanwhile, and there was another runner from the beginning */
  readonly isUndisturbed: boolean
}

/** Measures how long it takes until the job of a killed runner is taken over. */
export class Failovers {
  readonly measured: Array<Failover> = []
  readonly #awaited = new Map<string, { readonly since: number; readonly failovers: number; isUndisturbed: boolean }>()
  #rows: ReadonlyMap<string, Row> = new Map()

  /** The runner of a job was killed. */
  killed(job: string, hasOthers: boolean): void {
    const row = this.#rows.get(job)
    if (row?.state !== "running") return
    this.disturbed()
    this.#awaited.set(job, { since: Date.now(), failovers: row.failovers, isUndisturbed: hasOthers })
  }

  /** Something happened that can delay what is awaited. */
  disturbed(): void {
    for (const one of this.#awaited.values()) one.isUndisturbed = false
  }

  /** The store was read. */
  read(rows: ReadonlyArray<Row>): void {
    this.#rows = new Map(rows.map((row) => [row.id, row]))
    for (const [job, { failovers, isUndisturbed, since }] of this.#awaited) {
      if ((this.#rows.get(job)?.failovers ?? 0) <= failovers) continue
      this.#awaited.delete(job)
      this.measured.push({ seconds: (Date.now() - since) / 1000, isUndisturbed })
    }
  }

  get isIdle(): boolean {
    return this.#awaited.size === 0
  }
}
