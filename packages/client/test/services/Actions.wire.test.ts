import { describe } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import type * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Actions from "../../src/Actions.ts"
import { action, page } from "../support/recorded.ts"
import { rejectsInput, sendsRequests } from "../support/wire.ts"

const api = "https://api.digitalocean.com/v2"
const actionBody = RecordingClient.json({ action: action() }, 201)
const actionPage = RecordingClient.json(page("actions", [action({ status: "completed" })]))

const actions = <A, E>(f: (actions: Actions.Actions["Service"]) => Effect.Effect<A, E>) => Actions.Actions.use(f)

describe("Actions", () => {
  sendsRequests([
    ["list", actions((a) => Stream.runCollect(a.list())), actionPage, `GET ${api}/actions?page=1&per_page=200`],
    ["listPage", actions((a) => a.listPage()), actionPage, `GET ${api}/actions`],
    ["get", actions((a) => a.get(36805527)), actionBody, `GET ${api}/actions/36805527`]
  ])

  rejectsInput([
    ["per_page NaN", actions((a) => a.listPage({ per_page: Number.NaN })), "per_page"],
    ["a negative action id", actions((a) => a.get(-1)), "action_id"],
    ["a negative action id to wait for", actions((a) => a.await(-1)), "action_id"]
  ])
})
