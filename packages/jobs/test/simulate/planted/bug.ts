import type { Job, Scenario } from "../generate/scenario.ts"

/** A text that a module has once, and what replaces it. */
export interface Edit {
  /** the module, as a path below `packages` */
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** A bug that is planted in copies of modules when they are loaded. */
export interface Bug {
  readonly name: string
  readonly edits: ReadonlyArray<Edit>
  /** the invariants one of which it breaks */
  readonly breaks: ReadonlyArray<string>
  /** whether a scenario can find it: others are not simulated, which saves time */
  readonly mayFind: (scenario: Scenario) => boolean
}

/** Whether a process has such a job. */
export const hasJob = ({ processes }: Scenario, is: (job: Job) => boolean): boolean =>
  processes.some(({ jobs }) => jobs.some(is))

/** Whether there is a fault whose title matches. */
export const hasFault = ({ disturbances }: Scenario, title: RegExp): boolean =>
  disturbances.some((disturbance) => title.test(disturbance.title))

/** The text of a module with an edit. Throws if the edit has no place in it, because the module has changed. */
export const plant = ({ file, find, replace }: Edit, source: string): string => {
  if (source.split(find).length !== 2) throw new Error(`a bug has to find its text in ${file} once: ${find}`)
  return source.replace(find, () => replace)
}
