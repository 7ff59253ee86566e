/** The middle one, or the mean of the two in the middle. */
export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Measures each contender once per round, in turn, so that whatever slows the machine meets all of them alike. */
export const interleaved = async <K extends string>(
  rounds: number,
  contenders: { readonly [name in K]: () => Promise<number> | number }
): Promise<{ readonly [name in K]: ReadonlyArray<number> }> => {
  const names = Object.keys(contenders) as Array<K>
  const taken = Object.fromEntries(names.map((name) => [name, [] as Array<number>])) as Record<K, Array<number>>
  for (let round = 0; round < rounds; round++) {
    // the order turns, so that none always follows the same one
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length]!
      taken[name].push(await contenders[name]())
    }
  }
  return taken
}

/** How many times more one took than the other: the median over rounds of the ratio within a round. */
export const ratio = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): number =>
  median(one.map((value, round) => value / other[round]!))

/** The most that fall into any 60 seconds. */
export const worstMinute = (timesMs: ReadonlyArray<number>): number => {
  const sorted = timesMs.toSorted((a, b) => a - b)
  let first = 0
  let worst = 0
  for (let last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= 60_000) first += 1
    worst = Math.max(worst, last - first + 1)
  }
  return worst
}

/** How many moments of activity there are, at least `apartMs` apart. */
export const bursts = (timesMs: ReadonlyArray<number>, apartMs: number): number => {
  const sorted = timesMs.toSorted((a, b) => a - b)
  return sorted.filter((time, i) => i === 0 || time - sorted[i - 1]! > apartMs).length
}

/** Milliseconds that something takes. */
export const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await run()
  return performance.now() - start
}

/** Microseconds of CPU, user and system, that this process spends on something. */
export const cpu = async (run: () => unknown): Promise<number> => {
  const start = process.cpuUsage()
  await run()
  const { system, user } = process.cpuUsage(start)
  return user + system
}
