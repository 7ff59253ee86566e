/** `npm run update:exports`: accepts the exported names of each library as they are now. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { exportedNames, snapshotOf } from "../exportedNames.ts"
import { libraries } from "../repository.ts"

for (const name of libraries) {
  const file = snapshotOf(name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(exportedNames(name), null, 2)}\n`)
}
