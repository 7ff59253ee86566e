/** Seeds that found a defect, and what it was. What a seed decides changes with the generators: each has a test of its own. */
export const regressions: ReadonlyArray<{ readonly seed: number; readonly found: string }> = []
