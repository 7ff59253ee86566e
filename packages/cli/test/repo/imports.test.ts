import { assert, describe, it } from "@effect/vitest"
import { readdirSync } from "node:fs"
import { type File, files, root } from "./root.ts"
import { importsOf, violations } from "./imports.ts"

const file = (path: string, text: string): File => ({ path: `packages/${path}`, text })

const planted: ReadonlyArray<readonly [path: string, text: string, wrong: string]> = [
  ["client/src/A.ts", `import { Effect } from "effect"`, `imports the barrel "effect"`],
  ["client/src/A.ts", `import { readFileSync } from "node:fs"`, "imports node:fs, which client may not"],
  [
    "client/src/A.ts",
    `import { Seed } from "@effect-digitalocean/testing"`,
    "imports @effect-digitalocean/testing, which client may not"
  ],
  [
    "jobs/src/A.ts",
    `export * from "@effect-digitalocean/testing/Seed"`,
    "imports @effect-digitalocean/testing/Seed, which jobs may not"
  ],
  [
    "testing/src/A.ts",
    `import * as X from "@effect/platform-node/X"`,
    "imports @effect/platform-node/X, which testing may not"
  ],
  [
    "client/test/A.test.ts",
    `import { Doimg } from "@effect-digitalocean/cli"`,
    "imports @effect-digitalocean/cli, which client may not"
  ],
  [
    "client/bench/a.ts",
    `import { Doimg } from "@effect-digitalocean/cli"`,
    "imports @effect-digitalocean/cli, which client may not"
  ],
  ["jobs/src/Audit.ts", `import * as Plot from "@observablehq/plot"`, "imports @observablehq/plot, which jobs may not"],
  ["cli/src/A.ts", `import picocolors from "picocolors"`, "imports picocolors, which cli may not"],
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
  ["cli/src/utils.ts", "", "is named utils.ts"],
  ["jobs/src/internal/audit/common/a.ts", "", "is named common"],
  ["jobs/src/A.ts", "const a = Date.now()", "uses Date.now, and a library does not"],
  ["client/src/A.ts", "const a = process.env.A", "uses process.env, and a library does not"],
  ["testing/src/A.ts", "console.log(1)", "uses console.log, and a library does not"],
  ["client/src/A.ts", "\n".repeat(401), "has 401 lines, more than 400"],
  ["client/test/A.test.ts", `vi.mock("./a.ts")`, "mocks a module"],
  ["client/test/A.test.ts", `it.effect("should list"`, `says "should" in a title: it.effect("should`]
]

describe("the rules of the tree", () => {
  for (const [path, text, wrong] of planted) {
    it(`find a planted violation: ${path} ${wrong}`, () => {
      assert.deepStrictEqual(violations([file(path, text)]), [`packages/${path}: ${wrong}`])
    })
  }

  it("find what draws behind a module that everybody loads", () => {
    const tree = [
      file("jobs/src/index.ts", `export * as Audit from "./Audit.ts"`),
      file("jobs/src/Audit.ts", `import { html } from "./AuditPage.ts"`),
      file("jobs/src/AuditPage.ts", `import * as Plot from "@observablehq/plot"`)
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/jobs/src/index.ts: reaches AuditPage, which loads what draws",
      "packages/jobs/src/Audit.ts: reaches AuditPage, which loads what draws"
    ])
  })

  it("find a noun behind an internal file of the law", () => {
    const tree = [
      file("client/src/Endpoint.ts", `import { a } from "./internal/a.ts"`),
      file("client/src/internal/a.ts", `import type { Image } from "../Image.ts"`),
      file("client/src/Image.ts", "")
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/client/src/Endpoint.ts: reaches Image, and the law knows no noun"
    ])
  })

  it("find a service behind Actions, and leave it its models and the client", () => {
    const tree = [
      file("client/src/Actions.ts", `import * as A from "./Action.ts"\nimport * as P from "./internal/polls.ts"`),
      file("client/src/Action.ts", ""),
      file("client/src/DigitalOceanClient.ts", "class DigitalOceanClient extends Context.Service<"),
      file(
        "client/src/internal/polls.ts",
        `import * as C from "../DigitalOceanClient.ts"\nimport * as I from "../Images.ts"`
      ),
      file("client/src/Images.ts", "class Images extends Context.Service<")
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/client/src/Actions.ts: reaches the service Images, and polling needs no other"
    ])
  })

  it("find a circle of imports once, also of types alone", () => {
    const tree = [
      file("jobs/src/A.ts", `import { b } from "./internal/b.ts"`),
      file("jobs/src/internal/b.ts", `import type { A } from "../A.ts"`),
      file("jobs/src/C.ts", `import { a } from "./A.ts"`)
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/jobs/src/A.ts, packages/jobs/src/internal/b.ts: import each other in a circle"
    ])
  })

  it("find an internal module of the client that imports from a folder above its own", () => {
    const tree = [
      file("client/src/internal/rateLimit/a.ts", `import { b } from "../polling/b.ts"`),
      file("client/src/internal/polling/b.ts", `import { c } from "../rateLimit/c.ts"`),
      file("client/src/internal/rateLimit/c.ts", "")
    ]
    assert.deepStrictEqual(violations(tree), [
      "packages/client/src/internal/rateLimit/a.ts: imports packages/client/src/internal/polling/b.ts, which is above rateLimit"
    ])
  })

  for (const folder of ["client/src/internal/model", "testing/test/internal/server", "jobs/test", "cli/src/output"]) {
    it(`find a folder with too many files: ${folder}`, () => {
      const tree = Array.from({ length: 16 }, (_, i) => file(`${folder}/m${i}.ts`, ""))
      assert.deepStrictEqual(violations(tree), [`packages/${folder}: has 16 files, more than 15`])
    })
  }

  it("find an internal folder that has no place in the order of the folders", () => {
    assert.deepStrictEqual(violations([file("testing/src/internal/other/a.ts", "")]), [
      "packages/testing/src/internal/other/a.ts: is in other, which is not in the order of the folders of testing/src/internal"
    ])
  })

  it("let a file be that keeps them", () => {
    const text = [
      "/** Not Date.now(). */",
      `import * as Effect from "effect/Effect"`,
      `import { Image } from "@effect-digitalocean/client"`,
      `import { a } from "./internal/a.ts"`,
      "\n".repeat(390)
    ]
    assert.deepStrictEqual(violations([file("jobs/src/A.ts", text.join("\n"))]), [])
  })

  it("read each form of import once, and none in a comment", () => {
    const text = ` * import * as A from "a"\nexport const x = 1\nexport * as B from "b"\nimport "c"\nimport D, {\n  type E\n} from "d"`
    assert.sameMembers([...importsOf(text)], ["b", "c", "d"])
  })
})

describe("the tree", () => {
  const written = files(["src", "test", "bench", "examples"], ".ts")

  it("is found", () => {
    assert.isAbove(written.length, 20)
  })

  it("keeps its rules", () => {
    assert.deepStrictEqual(violations(written.filter(({ path }) => !path.endsWith("/test/repo/imports.test.ts"))), [])
  })

  it("has nothing at its top that no tool forces there", () => {
    const allowed = [
      ...[
        "packages",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
        "tsconfig.base.json",
        "vitest.workspace.ts"
      ],
      ...["README.md", "LICENSE", "biome.json", ".gitignore", ".ci", ".changeset", ".git", "node_modules"]
    ]
    assert.deepStrictEqual(
      readdirSync(root).filter((name) => !allowed.includes(name)),
      []
    )
  })
})
