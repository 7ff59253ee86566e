/** The boundaries of the histograms of times, in milliseconds. */
export const boundaries: ReadonlyArray<number> = [
  1, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 15_000, 30_000, 60_000, 120_000, 600_000, 3_600_000
]
