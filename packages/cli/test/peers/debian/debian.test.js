import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { start } from "../../support/process.ts"
import { sandbox } from "../sandbox.js"

// clients in other languages, as Debian packages them; `.ci/run` installs them, and where one is missing its test fails
const folder = "packages/cli/test/peers/debian"

for (const [name, command, args, env] of [
  ["python-digitalocean", "/usr/bin/python3", ["-B", `${folder}/python_digitalocean.py`], {}],
  ["libcloud", "/usr/bin/python3", ["-B", `${folder}/apache_libcloud.py`], {}],
  ["godo", "go", ["run", `${folder}/godo/main.go`], { GO111MODULE: "off", GOPATH: "/usr/share/gocode" }]
]) {
  describe(name, () => {
    const address = sandbox("--speed", "600", "--token", "right")

    test("lists, renames, transfers, snapshots, finds the image, makes a Droplet of it, tags and deletes", async () => {
      const { ended, err, out } = start(command, args, {
        ...env,
        SANDBOX: address(),
        DIGITALOCEAN_END_POINT: `${address()}/v2/`,
        DIGITALOCEAN_ACCESS_TOKEN: "right"
      })
      assert.equal(await ended, 0, err())
      assert.match(out(), /all is well\n$/)
    })
  })
}
