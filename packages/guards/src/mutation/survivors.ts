import { readFileSync } from "node:fs"
import type { Place } from "./modules.ts"

/** A mutant that no test can kill. */
export interface Survivor {
  readonly module: string
  /** the text of its line */
  readonly line: string
  readonly change: string
  /** why the module does the same */
  readonly reason: string
}

/** The survivors that are known. */
export const survivors: ReadonlyArray<Survivor> = JSON.parse(
  readFileSync(new URL("survivors.json", import.meta.url), "utf8")
)

/** Returns why no test can kill a mutant, if it is known. */
export const reasonFor = ({ change, module, text }: Omit<Place, "id">): string | undefined =>
  survivors.find((known) => known.module === module && known.line === text && known.change === change)?.reason
