import { describe } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import type * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Droplets from "../../src/Droplets.ts"
import { action, droplet, image, page } from "../support/recorded.ts"
import { rejectsInput, sendsRequests } from "../support/wire.ts"

const api = "https://api.digitalocean.com/v2"
const { empty, json } = RecordingClient

const droplets = <A, E>(f: (droplets: Droplets.Droplets["Service"]) => Effect.Effect<A, E>) => Droplets.Droplets.use(f)

const one = json({ droplet: droplet(), links: { actions: [] } }, 202)
const acted = json({ action: action({ resource_type: "droplet", resource_id: 3164494 }) }, 201)
const act = `POST ${api}/droplets/3164494/actions`

describe("Droplets", () => {
  sendsRequests([
    [
      "list",
      droplets((d) => Stream.runCollect(d.list({ tag_name: "web", name: "a b" }))),
      json(page("droplets", [droplet()])),
      `GET ${api}/droplets?tag_name=web&name=a+b&page=1&per_page=200`
    ],
    ["get", droplets((d) => d.get(3164494)), one, `GET ${api}/droplets/3164494`],
    [
      "create from an id",
      droplets((d) => d.create({ name: "web-1", image: 7938291, size: "s-1vcpu-1gb" })),
      one,
      `POST ${api}/droplets {"name":"web-1","image":7938291,"size":"s-1vcpu-1gb"}`
    ],
    [
      "create with everything",
      droplets((d) =>
        d.create({
          name: "web-1",
          image: "ubuntu-24-04-x64",
          size: "s-1vcpu-1gb",
          region: "nyc3",
          ssh_keys: [1, "aa:bb"],
          backups: true,
          backup_policy: { plan: "weekly", weekday: "SUN", hour: 4 },
          ipv6: true,
          monitoring: false,
          tags: ["web"],
          user_data: "#cloud-config",
          private_networking: true,
          volumes: ["v"],
          vpc_uuid: "u",
          with_droplet_agent: true,
          public_networking: false
        })
      ),
      one,
      `POST ${api}/droplets {"name":"web-1","image":"ubuntu-24-04-x64","size":"s-1vcpu-1gb","region":"nyc3","ssh_keys":[1,"aa:bb"],"backups":true,"backup_policy":{"plan":"weekly","weekday":"SUN","hour":4},"ipv6":true,"monitoring":false,"tags":["web"],"user_data":"#cloud-config","private_networking":true,"volumes":["v"],"vpc_uuid":"u","with_droplet_agent":true,"public_networking":false}`
    ],
    [
      "createMany",
      droplets((d) => d.createMany({ names: ["a", "b"], image: 7, size: "s" })),
      json({ droplets: [droplet(), droplet()] }, 202),
      `POST ${api}/droplets {"names":["a","b"],"image":7,"size":"s"}`
    ],
    ["delete", droplets((d) => d.delete(3164494)), empty(204), `DELETE ${api}/droplets/3164494`],
    [
      "actions",
      droplets((d) => Stream.runCollect(d.actions(3164494))),
      json(page("actions", [action()])),
      `GET ${api}/droplets/3164494/actions?page=1&per_page=200`
    ],
    ["action", droplets((d) => d.action(3164494, 36805527)), acted, `GET ${api}/droplets/3164494/actions/36805527`],
    [
      "snapshots",
      droplets((d) => Stream.runCollect(d.snapshots(3164494))),
      json(page("snapshots", [image()])),
      `GET ${api}/droplets/3164494/snapshots?page=1&per_page=200`
    ],
    [
      "backups",
      droplets((d) => Stream.runCollect(d.backups(3164494))),
      json(page("backups", [image({ type: "backup" })])),
      `GET ${api}/droplets/3164494/backups?page=1&per_page=200`
    ],
    ["snapshot", droplets((d) => d.snapshot(3164494, "n")), acted, `${act} {"type":"snapshot","name":"n"}`],
    ["restore", droplets((d) => d.restore(3164494, 7)), acted, `${act} {"type":"restore","image":7}`],
    ["rebuild", droplets((d) => d.rebuild(3164494, 7)), acted, `${act} {"type":"rebuild","image":7}`],
    [
      "rebuild from a slug",
      droplets((d) => d.rebuild(3164494, "debian-13-x64")),
      acted,
      `${act} {"type":"rebuild","image":"debian-13-x64"}`
    ],
    ["enableBackups", droplets((d) => d.enableBackups(3164494)), acted, `${act} {"type":"enable_backups"}`],
    [
      "enableBackups with a policy",
      droplets((d) => d.enableBackups(3164494, { plan: "daily", hour: 20 })),
      acted,
      `${act} {"type":"enable_backups","backup_policy":{"plan":"daily","hour":20}}`
    ],
    ["disableBackups", droplets((d) => d.disableBackups(3164494)), acted, `${act} {"type":"disable_backups"}`],
    [
      "changeBackupPolicy",
      droplets((d) => d.changeBackupPolicy(3164494, { plan: "weekly", weekday: "MON", hour: 0 })),
      acted,
      `${act} {"type":"change_backup_policy","backup_policy":{"plan":"weekly","weekday":"MON","hour":0}}`
    ],
    ["powerOff", droplets((d) => d.powerOff(3164494)), acted, `${act} {"type":"power_off"}`],
    ["powerOn", droplets((d) => d.powerOn(3164494)), acted, `${act} {"type":"power_on"}`],
    ["shutdown", droplets((d) => d.shutdown(3164494)), acted, `${act} {"type":"shutdown"}`],
    [
      "performAction",
      droplets((d) => d.performAction(3164494, "rename", { name: "n" })),
      acted,
      `${act} {"type":"rename","name":"n"}`
    ],
    [
      "performActionByTag",
      droplets((d) => d.performActionByTag("web", "snapshot", { name: "n" })),
      json({ actions: [action()] }, 201),
      `POST ${api}/droplets/actions?tag_name=web {"type":"snapshot","name":"n"}`
    ],
    [
      "backupPolicy",
      droplets((d) => d.backupPolicy(3164494)),
      json({ policy: { droplet_id: 3164494, backup_enabled: false } }),
      `GET ${api}/droplets/3164494/backups/policy`
    ],
    [
      "backupPolicies",
      droplets((d) => Stream.runCollect(d.backupPolicies())),
      json({ policies: { 7: { droplet_id: 7, backup_enabled: false } }, links: {}, meta: { total: 1 } }),
      `GET ${api}/droplets/backups/policies?page=1&per_page=200`
    ],
    [
      "supportedBackupPolicies",
      droplets((d) => d.supportedBackupPolicies),
      json({ supported_policies: [] }),
      `GET ${api}/droplets/backups/supported_policies`
    ]
  ])

  rejectsInput([
    ["a Droplet id 0", droplets((d) => d.get(0)), "droplet_id"],
    ["a name with a blank", droplets((d) => d.create({ name: "a b", image: 7, size: "s" })), "name"],
    ["an empty list of names", droplets((d) => d.createMany({ names: [], image: 7, size: "s" })), "names"],
    ["an image id -1", droplets((d) => d.create({ name: "a", image: -1, size: "s" })), "image"],
    ["an empty size", droplets((d) => d.create({ name: "a", image: 7, size: "" })), "size"],
    ["an invalid hour", droplets((d) => d.enableBackups(7, { plan: "daily", hour: 3 as never })), "backup_policy.hour"],
    ["an invalid tag", droplets((d) => d.performActionByTag("a b", "snapshot")), "tag_name"]
  ])
})
