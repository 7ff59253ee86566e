import { random } from "./random.ts"

/** An action of a workload: which image it transfers, where to, and its times in seconds. */
export interface Work {
  readonly image: number
  readonly region: string
  readonly gigabytes: number
  /** when it starts; undefined if it starts when its POST is sent */
  readonly startsAt: number | undefined
  readonly seconds: number
}

/** A past action, and how long it took. */
export type Past = Omit<Work, "startsAt">

/** Actions that are waited for, and the requests and the lag that a wait for them should take. */
export interface Workload {
  readonly what: string
  /** how many random instances are measured */
  readonly instances: number
  readonly works: (seed: number) => ReadonlyArray<Work>
  readonly target: { readonly cold: readonly [requests: number, lag: number]; readonly warm: readonly [number, number] }
}

const regions = ["fra1", "sfo3", "sgp1"] as const

/** Spreads `count` values evenly from one to the other, in an order without a pattern. */
const spread = (i: number, count: number, from: number, to: number) =>
  from + ((to - from) * ((i * 617) % count)) / Math.max(1, count - 1)

const works = (count: number, work: (i: number) => Pick<Work, "startsAt" | "seconds"> & Partial<Work>) =>
  Array.from({ length: count }, (_, i): Work => ({ image: i, region: regions[0], gigabytes: 3, ...work(i) }))

const byStart = (all: ReadonlyArray<Work>) => all.toSorted((a, b) => a.startsAt! - b.startsAt!)

/** The workloads of the benches of waits. */
export const workloads: Readonly<Record<string, Workload>> = {
  w1: {
    what: "one wait of 4 minutes",
    instances: 100,
    target: { cold: [120, 1.2], warm: [45, 0.7] },
    works: (seed) => {
      const next = random(`w1 ${seed}`)
      return works(1, () => ({ startsAt: 30 * next(), seconds: 230 + 20 * next() }))
    }
  },
  w2: {
    what: "9 transfers of one image, of 2 to 8 minutes",
    instances: 30,
    target: { cold: [200, 2], warm: [140, 2] },
    works: (seed) => {
      const next = random(`w2 ${seed}`)
      const startsAt = 30 * next()
      return works(9, () => ({ image: 0, startsAt, seconds: 120 + 360 * next() }))
    }
  },
  w3: {
    what: "1,000 waits of 115 to 125 s, started at once",
    instances: 1,
    target: { cold: [85, 2.2], warm: [110, 1.1] },
    works: () => works(1000, (i) => ({ startsAt: 0, seconds: spread(i, 1000, 115, 125) }))
  },
  w4: {
    what: "the same, started over 60 s",
    instances: 1,
    target: { cold: [190, 0.8], warm: [190, 0.8] },
    works: () => works(1000, (i) => ({ startsAt: (60 * i) / 1000, seconds: spread(i, 1000, 115, 125) }))
  },
  w5: {
    what: "900 transfers of 1.3 to 7.7 minutes, requested at once, longest first",
    instances: 1,
    target: { cold: [300, 1.5], warm: [430, 2.8] },
    works: () =>
      works(900, (i) => {
        const image = Math.floor(i / 3)
        const gigabytes = 20 - Math.floor(image / 15)
        return {
          image,
          region: regions[i % 3]!,
          gigabytes,
          startsAt: undefined,
          seconds: 60 + 20 * gigabytes + ((i * 617) % 900) / 900
        }
      })
  },
  w6: {
    what: "50 waits of 40 to 90 minutes",
    instances: 10,
    target: { cold: [750, 5], warm: [380, 5] },
    works: (seed) => {
      const next = random(`w6 ${seed}`)
      return byStart(works(50, () => ({ startsAt: 60 * next(), seconds: 2400 + 3000 * next() })))
    }
  }
}

/**
 * Past actions: of other images, except in w5, and with durations that vary by 15 %. A small workload has had 20, a large
 * one a tenth of its number.
 */
export const past = (name: string, seed: number): ReadonlyArray<Past> => {
  const next = random(`past ${name} ${seed}`)
  // another instance than the one that is waited for
  const all = workloads[name]!.works(seed + 1000)
  const count = all.length < 10 ? 20 : all.length
  return Array.from({ length: count }, (_, i) => ({ ...all[i % all.length]!, i }))
    .filter(({ i }) => count <= 100 || i % 10 === 0)
    .map(({ i, seconds, ...work }) => ({
      ...work,
      image: name === "w5" ? work.image : 1_000_000 + i,
      seconds: seconds * (1 + 0.1 * (next() + next() + next() - 1.5))
    }))
}

/**
 * The fewest requests that notice every end within a second, for a client that knows all ends: for each second in which
 * actions end, one for each page of 200 that contains one of them.
 */
export const fewestRequests = (
  times: ReadonlyArray<{ readonly startedAt: number; readonly endsAt: number }>
): number => {
  const sorted = times.toSorted((a, b) => a.startedAt - b.startedAt)
  const pages = sorted.map(({ endsAt }, i) => {
    const noticed = Math.ceil(endsAt)
    const newer = sorted.findLastIndex(({ startedAt }) => startedAt <= noticed) - i
    return `${noticed} ${Math.floor(newer / 200)}`
  })
  return new Set(pages).size
}
