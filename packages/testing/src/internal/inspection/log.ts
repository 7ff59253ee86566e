/** A log of bounded size, which keeps the latest entries. */
export class Log<A> {
  private readonly keep: number
  private readonly all: Array<A> = []
  /** how many entries were dropped */
  forgotten = 0

  constructor(keep: number) {
    if (!(keep >= 0)) throw new Error(`Expected to keep 0 or more, got ${keep}`)
    this.keep = keep
  }

  push(one: A): void {
    this.all.push(one)
    if (this.all.length > 2 * this.keep) this.forget()
  }

  /** Returns the kept entries, oldest first. */
  values(): ReadonlyArray<A> {
    this.forget()
    return this.all.slice()
  }

  clear(): void {
    this.all.length = 0
    this.forgotten = 0
  }

  private forget(): void {
    const old = this.all.length - this.keep
    if (old <= 0) return
    this.all.splice(0, old)
    this.forgotten += old
  }
}
