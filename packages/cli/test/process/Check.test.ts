import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Check from "../../src/process/Check.ts"

// R52
describe("the environment of a check", () => {
  const env = {
    ...{ PATH: "/bin", HOME: "/home/me", DIGITALOCEAN_API_URL: "http://127.0.0.1:8080", LANG: "C" },
    ...{ DIGITALOCEAN_TOKEN: "t-1", DIGITALOCEAN_ACCESS_TOKEN: "t-2", DIGITALOCEAN_CONTEXT: "prod" },
    ...{ DIGITALOCEAN_CONFIG: "/secret.yaml", DIGITALOCEAN_TOKEN_FILE: "/secret", TF_VAR_do_token: "t-3" },
    ...{ DO_API_TOKEN: "t-4", DO_PAT: "t-5", DOCTL_ACCESS_TOKEN: "t-6", AUTHORIZATION: "Bearer the-token" },
    ...{ DOCKER_HOST: "unix:///run/docker.sock", DOMAIN: "example.com", KEYBOARD: "de" }
  }

  it("has no variable that names or holds the token, and all others", () => {
    assert.deepStrictEqual(Check.withoutToken(env, Redacted.make("the-token")), {
      ...{ PATH: "/bin", HOME: "/home/me", DIGITALOCEAN_API_URL: "http://127.0.0.1:8080", LANG: "C" },
      ...{ DOCKER_HOST: "unix:///run/docker.sock", DOMAIN: "example.com", KEYBOARD: "de" }
    })
  })
})
