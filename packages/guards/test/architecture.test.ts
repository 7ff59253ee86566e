import { assert, describe, it } from "@effect/vitest"
import { readdirSync } from "node:fs"
import { importsOf, violations } from "../src/architecture.ts"
import { type File, files, root } from "../src/repository.ts"

const file = (path: string, text: string): File => ({ path: `packages/${path}`, text })

const planted: ReadonlyArray<readonly [path: string, text: string, violation: string]> = [
  ["client/src/A.ts", `import { Effect } from "effect"`, `imports the barrel "effect"`],
  ["client/src/A.ts", `import { readFileSync } from "node:fs"`, "imports node:fs, which client may not import"],
  [
    "client/src/A.ts",
    `import { Seed } from "@effect-digitalocean/testing"`,
    "imports @effect-digitalocean/testing, which client may not import"
  ],
  [
    "jobs/src/A.ts",
    `export * from "@effect-digitalocean/testing/Seed"`,
    "imports @effect-digitalocean/testing/Seed, which jobs may not import"
  ],
  [
    "testing/src/A.ts",
    `import * as X from "@effect/platform-node/X"`,
    "imports @effect/platform-node/X, which testing may not import"
  ],
  [
    "client/test/A.test.ts",
    `import { Doimg } from "@effect-digitalocean/cli"`,
    "imports @effect-digitalocean/cli, which client may not import"
  ],
  [
    "client/bench/a.ts",
    `import { Doimg } from "@effect-digitalocean/cli"`,
    "imports @effect-digitalocean/cli, which client may not import"
  ],
  [
    "cli/test/A.test.ts",
    `import { root } from "@effect-digitalocean/guards"`,
    "imports @effect-digitalocean/guards, which cli may not import"
  ],
  [
    "cli/test/A.test.ts",
    `import { root } from "../../guards/src/repository.ts"`,
    "imports ../../guards/src/repository.ts, which is outside of packages/cli/"
  ],
  [
    "guards/test/A.test.ts",
    `import { Doimg } from "@effect-digitalocean/cli"`,
    "imports @effect-digitalocean/cli, which guards may not import"
  ],
  [
    "jobs/src/Audit.ts",
    `import * as Plot from "@observablehq/plot"`,
    "imports @observablehq/plot, which jobs may not import"
  ],
  ["cli/src/A.ts", `import picocolors from "picocolors"`, "imports picocolors, which cli may not import"],
  [
    "cli/src/A.ts",
    `const x = await import("@effect-digitalocean/client/internal/path")`,
    "imports @effect-digitalocean/client/internal/path, which is internal to another package"
  ],
  [
    "cli/src/A.ts",
    `import {\n  path,\n  type Path\n} from "../../client/src/internal/path.ts"`,
    "imports ../../client/src/internal/path.ts, which is outside of packages/cli/src/"
  ],
  ["cli/src/A.ts", `import type { B } from "./B"`, "imports ./B without .ts"],
  ["cli/src/utils.ts", "", "is named utils.ts, which does not say what it contains"],
  ["jobs/src/internal/audit/common/a.ts", "", "is named common, which does not say what it contains"],
  ["jobs/src/A.ts", "const a = Date.now()", "uses Date.now, which a library may not use"],
  ["client/src/A.ts", "const a = process.env.A", "uses process.env, which a library may not use"],
  ["testing/src/A.ts", "console.log(1)", "uses console.log, which a library may not use"],
  ["client/src/A.ts", "\n".repeat(401), "has 401 lines, more than 400"],
  ["client/test/A.test.ts", `vi.mock("./a.ts")`, "mocks a module"],
  ["client/test/A.test.ts", `it.effect("should list", run)`, `has a test title with "should": it.effect("should`]
]

describe("the architecture check", () => {
  for (const [path, text, violation] of planted) {
    it(`reports that ${path} ${violation}`, () => {
      assert.deepStrictEqual(violations([file(path, text)]), [`packages/${path}: ${violation}`])
    })
  }

  it("reports modules that load the chart packages indirectly", () => {
    const tree = [
      file("jobs/src/index.ts", `export * as Audit from "./Audit.ts"`),
      file("jobs/src/Audit.ts", `import { html } from "./AuditPage.ts"`),
      file("jobs/src/AuditPage.ts", `import * as Plot from "@observablehq/plot"`)
    ]
    const violation = "depends on AuditPage, which loads the optional packages that render charts"
    assert.deepStrictEqual(violations(tree), [
      `packages/jobs/src/index.ts: ${violation}`,
      `packages/jobs/src/Audit.ts: ${violation}`
    ])
  })

  it("reports modules that load the driver of Postgres without being for Postgres", () => {
    const tree = [
      file("jobs/src/durable.ts", `export * as PgJobStore from "./durable/PgJobStore.ts"`),
      file("jobs/src/durable/PgJobStore.ts", `import * as PgClient from "@effect/sql-pg/PgClient"`),
      file("jobs/src/durable/JobStore.ts", `import * as PgClient from "@effect/sql-pg/PgClient"`)
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/jobs/src/durable.ts: depends on durable/PgJobStore, which loads the optional packages for Postgres",
      "packages/jobs/src/durable/JobStore.ts: imports @effect/sql-pg/PgClient, which jobs may not import"
    ])
  })

  it("reports a module of the request pipeline that depends on a resource through an internal module", () => {
    const tree = [
      file("client/src/Endpoint.ts", `import { a } from "./internal/model/a.ts"`),
      file("client/src/internal/model/a.ts", `import type { Image } from "../../Image.ts"`),
      file("client/src/Image.ts", "")
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/client/src/Endpoint.ts: depends on Image, and the request pipeline may not depend on a resource"
    ])
  })

  it("reports another service behind Actions, and allows models and the client", () => {
    const tree = [
      file("client/src/Actions.ts", `import * as A from "./Action.ts"\nimport * as P from "./internal/polling/p.ts"`),
      file("client/src/Action.ts", ""),
      file("client/src/DigitalOceanClient.ts", "class DigitalOceanClient extends Context.Service<A> {}"),
      file(
        "client/src/internal/polling/p.ts",
        `import * as C from "../../DigitalOceanClient.ts"\nimport * as I from "../../Images.ts"`
      ),
      file("client/src/Images.ts", "class Images extends Context.Service<A> {}")
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/client/src/Actions.ts: depends on Images, and Actions may not depend on another service"
    ])
  })

  it("reports an import cycle once, also one of types alone", () => {
    const tree = [
      file("jobs/src/A.ts", `import { b } from "./internal/audit/b.ts"`),
      file("jobs/src/internal/audit/b.ts", `import type { A } from "../../A.ts"`),
      file("jobs/src/C.ts", `import { a } from "./A.ts"`)
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/jobs/src/A.ts, packages/jobs/src/internal/audit/b.ts: import each other in a cycle"
    ])
  })

  it("reports an internal module of the client that imports from a layer above its own", () => {
    const tree = [
      file("client/src/internal/rateLimit/a.ts", `import { b } from "../polling/b.ts"`),
      file("client/src/internal/polling/b.ts", `import { c } from "../rateLimit/c.ts"`),
      file("client/src/internal/rateLimit/c.ts", "")
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/client/src/internal/rateLimit/a.ts: imports packages/client/src/internal/polling/b.ts, which is in a layer above rateLimit"
    ])
  })

  it("reports a module in a folder that is not a layer", () => {
    assert.deepStrictEqual(violations([file("testing/src/internal/other/a.ts", "")]), [
      `packages/testing/src/internal/other/a.ts: is in other, which is not among the "layers" of architecture.ts`
    ])
  })

  for (const folder of ["client/src/internal/model", "testing/test/internal/server", "jobs/test", "cli/src/output"]) {
    it(`reports too many files in ${folder}`, () => {
      const tree = Array.from({ length: 16 }, (_, i) => file(`${folder}/m${i}.ts`, ""))
      assert.deepStrictEqual(violations(tree), [`packages/${folder}: has 16 files, more than 15`])
    })
  }

  it("accepts a file without violations", () => {
    const text = [
      "/** Not Date.now(). */",
      `import * as Effect from "effect/Effect"`,
      `import { Image } from "@effect-digitalocean/client"`,
      `import { a } from "./internal/a.ts"`,
      "\n".repeat(390)
    ]
    assert.deepStrictEqual(violations([file("jobs/src/A.ts", text.join("\n"))]), [])
  })

  it("finds each form of import once, and none in a comment", () => {
    const text = `// import * as A from "a"
export const x = 1
export * as B from "b"
import "c"
import D, {
  // a comment
  type E
} from "d"; import { "b-c" as a, \u00fc } from "e"
  export type { F } from "f"
const g = await import(/* a comment */ "g"), h = import(\`h\`)
type I = import("i").I
import J = require("j")
const text = 'import "k"'`
    assert.sameMembers([...importsOf(text)], ["b", "c", "d", "e", "f", "g", "h", "i", "j"])
  })
})

describe("the repository", () => {
  const sources = files(["src", "test", "bench", "examples"], ".ts")

  it("has no violation of the architecture", () => {
    assert.isAbove(sources.length, 20)
    // this file contains violations as text
    const checked = sources.filter(({ path }) => path !== "packages/guards/test/architecture.test.ts")
    assert.deepStrictEqual(violations(checked), [])
  })

  it("has no file at its root that does not need to be there", () => {
    const allowed = [
      ...["packages", "package.json", "package-lock.json", "tsconfig.json", "tsconfig.base.json"],
      ...["vitest.workspace.ts", "README.md", "LICENSE", "biome.json", ".gitignore"],
      ...[".ci", ".github", ".changeset", ".git", "node_modules"]
    ]
    assert.deepStrictEqual(
      readdirSync(root).filter((name) => !allowed.includes(name)),
      []
    )
  })
})
