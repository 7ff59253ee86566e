/** What polls may use of the rate limit of a client's token. All times are monotonic, in milliseconds. */
export interface PollCapacity {
  /** how many requests a minute nothing but polls needs */
  readonly spare: (now: number) => number
  /** in how many milliseconds the next poll is allowed; 0 if it is allowed now */
  readonly opensIn: (now: number) => number
  /** Counts a wait in progress; returns a function that ends it. */
  readonly startWait: () => () => void
}

/** By client. A client that the user has made or decorated has none. */
const capacities = new WeakMap<object, PollCapacity>()

const unlimited: PollCapacity = { spare: () => 245, opensIn: () => 0, startWait: () => () => undefined }

/** Sets the capacity of a client. */
export const setPollCapacity = <Client extends object>(client: Client, capacity: PollCapacity): Client => {
  capacities.set(client, capacity)
  return client
}

/** Returns the capacity of a client; of one that has none that of an otherwise unused token. */
export const pollCapacityOf = (client: object): PollCapacity => capacities.get(client) ?? unlimited
