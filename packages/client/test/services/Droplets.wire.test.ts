import { RecordingClient } from "@effect-digitalocean/testing"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Accounts from "../../src/Accounts.ts"
import * as Droplets from "../../src/Droplets.ts"
import * as Regions from "../../src/Regions.ts"
import * as Sizes from "../../src/Sizes.ts"
import * as Snapshot from "../../src/Snapshot.ts"
import * as Snapshots from "../../src/Snapshots.ts"
import * as Tag from "../../src/Tag.ts"
import * as Tags from "../../src/Tags.ts"
import * as Volumes from "../../src/Volumes.ts"
import { action, droplet, image, page, region, size, snapshot, volume } from "../support/recorded.ts"
import { onTheWire, type Operation, type Refused, refusedUnsent } from "../support/wire.ts"

const api = "https://api.digitalocean.com/v2"
const { empty, json } = RecordingClient

const droplets = <A, E>(f: (droplets: Droplets.Droplets["Service"]) => Effect.Effect<A, E>) => Droplets.Droplets.use(f)
const snapshots = <A, E>(f: (all: Snapshots.Snapshots["Service"]) => Effect.Effect<A, E>) => Snapshots.Snapshots.use(f)
const tags = <A, E>(f: (tags: Tags.Tags["Service"]) => Effect.Effect<A, E>) => Tags.Tags.use(f)
const volumes = <A, E>(f: (volumes: Volumes.Volumes["Service"]) => Effect.Effect<A, E>) => Volumes.Volumes.use(f)

const one = json({ droplet: droplet(), links: { actions: [] } }, 202)
const acted = json({ action: action({ resource_type: "droplet", resource_id: 3164494 }) }, 201)
const tag = json({ tag: { name: "web", resources: { count: 0 } } })
const whole = Schema.decodeUnknownSync(Snapshot.Snapshot)(snapshot())
const act = `POST ${api}/droplets/3164494/actions`

const operations: ReadonlyArray<Operation> = [
  [
    "Droplets.list",
    droplets((d) => Stream.runCollect(d.list({ tag_name: "web", name: "a b" }))),
    json(page("droplets", [droplet()])),
    `GET ${api}/droplets?tag_name=web&name=a+b&page=1&per_page=200`
  ],
  ["Droplets.get", droplets((d) => d.get(3164494)), one, `GET ${api}/droplets/3164494`],
  [
    "Droplets.create from an id",
    droplets((d) => d.create({ name: "web-1", image: 7938291, size: "s-1vcpu-1gb" })),
    one,
    `POST ${api}/droplets {"name":"web-1","image":7938291,"size":"s-1vcpu-1gb"}`
  ],
  [
    "Droplets.create with everything",
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
    "Droplets.createMany",
    droplets((d) => d.createMany({ names: ["a", "b"], image: 7, size: "s" })),
    json({ droplets: [droplet(), droplet()] }, 202),
    `POST ${api}/droplets {"names":["a","b"],"image":7,"size":"s"}`
  ],
  ["Droplets.delete", droplets((d) => d.delete(3164494)), empty(204), `DELETE ${api}/droplets/3164494`],
  [
    "Droplets.actions",
    droplets((d) => Stream.runCollect(d.actions(3164494))),
    json(page("actions", [action()])),
    `GET ${api}/droplets/3164494/actions?page=1&per_page=200`
  ],
  [
    "Droplets.action",
    droplets((d) => d.action(3164494, 36805527)),
    acted,
    `GET ${api}/droplets/3164494/actions/36805527`
  ],
  [
    "Droplets.snapshots",
    droplets((d) => Stream.runCollect(d.snapshots(3164494))),
    json(page("snapshots", [image()])),
    `GET ${api}/droplets/3164494/snapshots?page=1&per_page=200`
  ],
  [
    "Droplets.backups",
    droplets((d) => Stream.runCollect(d.backups(3164494))),
    json(page("backups", [image({ type: "backup" })])),
    `GET ${api}/droplets/3164494/backups?page=1&per_page=200`
  ],
  ["Droplets.snapshot", droplets((d) => d.snapshot(3164494, "n")), acted, `${act} {"type":"snapshot","name":"n"}`],
  ["Droplets.restore", droplets((d) => d.restore(3164494, 7)), acted, `${act} {"type":"restore","image":7}`],
  ["Droplets.rebuild", droplets((d) => d.rebuild(3164494, 7)), acted, `${act} {"type":"rebuild","image":7}`],
  [
    "Droplets.rebuild from a slug",
    droplets((d) => d.rebuild(3164494, "debian-13-x64")),
    acted,
    `${act} {"type":"rebuild","image":"debian-13-x64"}`
  ],
  ["Droplets.enableBackups", droplets((d) => d.enableBackups(3164494)), acted, `${act} {"type":"enable_backups"}`],
  [
    "Droplets.enableBackups with a policy",
    droplets((d) => d.enableBackups(3164494, { plan: "daily", hour: 20 })),
    acted,
    `${act} {"type":"enable_backups","backup_policy":{"plan":"daily","hour":20}}`
  ],
  ["Droplets.disableBackups", droplets((d) => d.disableBackups(3164494)), acted, `${act} {"type":"disable_backups"}`],
  [
    "Droplets.changeBackupPolicy",
    droplets((d) => d.changeBackupPolicy(3164494, { plan: "weekly", weekday: "MON", hour: 0 })),
    acted,
    `${act} {"type":"change_backup_policy","backup_policy":{"plan":"weekly","weekday":"MON","hour":0}}`
  ],
  ["Droplets.powerOff", droplets((d) => d.powerOff(3164494)), acted, `${act} {"type":"power_off"}`],
  ["Droplets.powerOn", droplets((d) => d.powerOn(3164494)), acted, `${act} {"type":"power_on"}`],
  ["Droplets.shutdown", droplets((d) => d.shutdown(3164494)), acted, `${act} {"type":"shutdown"}`],
  [
    "Droplets.performAction",
    droplets((d) => d.performAction(3164494, "rename", { name: "n" })),
    acted,
    `${act} {"type":"rename","name":"n"}`
  ],
  [
    "Droplets.performActionByTag",
    droplets((d) => d.performActionByTag("web", "snapshot", { name: "n" })),
    json({ actions: [action()] }, 201),
    `POST ${api}/droplets/actions?tag_name=web {"type":"snapshot","name":"n"}`
  ],
  [
    "Droplets.backupPolicy",
    droplets((d) => d.backupPolicy(3164494)),
    json({ policy: { droplet_id: 3164494, backup_enabled: false } }),
    `GET ${api}/droplets/3164494/backups/policy`
  ],
  [
    "Droplets.backupPolicies",
    droplets((d) => Stream.runCollect(d.backupPolicies())),
    json({ policies: { 7: { droplet_id: 7, backup_enabled: false } }, links: {}, meta: { total: 1 } }),
    `GET ${api}/droplets/backups/policies?page=1&per_page=200`
  ],
  [
    "Droplets.supportedBackupPolicies",
    droplets((d) => d.supportedBackupPolicies),
    json({ supported_policies: [] }),
    `GET ${api}/droplets/backups/supported_policies`
  ],
  [
    "Snapshots.list",
    snapshots((s) => Stream.runCollect(s.list({ resource_type: "volume" }))),
    json(page("snapshots", [snapshot()])),
    `GET ${api}/snapshots?resource_type=volume&page=1&per_page=200`
  ],
  [
    "Snapshots.get by text",
    snapshots((s) => s.get("6372321")),
    json({ snapshot: snapshot() }),
    `GET ${api}/snapshots/6372321`
  ],
  [
    "Snapshots.get by image",
    snapshots((s) => s.get(6372321)),
    json({ snapshot: snapshot() }),
    `GET ${api}/snapshots/6372321`
  ],
  ["Snapshots.delete", snapshots((s) => s.delete(whole)), empty(204), `DELETE ${api}/snapshots/6372321`],
  [
    "Volumes.list",
    volumes((v) => Stream.runCollect(v.list({ region: "nyc3" }))),
    json(page("volumes", [volume()])),
    `GET ${api}/volumes?region=nyc3&page=1&per_page=200`
  ],
  [
    "Volumes.snapshots",
    volumes((v) => Stream.runCollect(v.snapshots("82a48a18"))),
    json(page("snapshots", [snapshot()])),
    `GET ${api}/volumes/82a48a18/snapshots?page=1&per_page=200`
  ],
  [
    "Volumes.takeSnapshot",
    volumes((v) => v.takeSnapshot("82a48a18", { name: "n", tags: ["a"] })),
    json({ snapshot: snapshot() }, 201),
    `POST ${api}/volumes/82a48a18/snapshots {"name":"n","tags":["a"]}`
  ],
  [
    "Regions.list",
    Regions.Regions.use((r) => Stream.runCollect(r.list())),
    json(page("regions", [region()])),
    `GET ${api}/regions?page=1&per_page=200`
  ],
  [
    "Sizes.list",
    Sizes.Sizes.use((s) => Stream.runCollect(s.list())),
    json(page("sizes", [size()])),
    `GET ${api}/sizes?page=1&per_page=200`
  ],
  [
    "Tags.list",
    tags((t) => Stream.runCollect(t.list())),
    json(page("tags", [{ name: "web" }])),
    `GET ${api}/tags?page=1&per_page=200`
  ],
  ["Tags.get", tags((t) => t.get("a:b")), tag, `GET ${api}/tags/a%3Ab`],
  ["Tags.create", tags((t) => t.create("web")), tag, `POST ${api}/tags {"name":"web"}`],
  ["Tags.delete", tags((t) => t.delete("web")), empty(204), `DELETE ${api}/tags/web`],
  [
    "Tags.tag",
    tags((t) => t.tag("web", [Tag.image(7), Tag.droplet(8), Tag.volumeSnapshot(whole)])),
    empty(204),
    `POST ${api}/tags/web/resources {"resources":[{"resource_id":"7","resource_type":"image"},{"resource_id":"8","resource_type":"droplet"},{"resource_id":"6372321","resource_type":"volume_snapshot"}]}`
  ],
  [
    "Tags.untag, a DELETE with a body",
    tags((t) => t.untag("web", [Tag.image(7)])),
    empty(204),
    `DELETE ${api}/tags/web/resources {"resources":[{"resource_id":"7","resource_type":"image"}]}`
  ],
  [
    "Accounts.get",
    Accounts.Accounts.use((a) => a.get),
    json({ account: { uuid: "u", email: "a@example.com", droplet_limit: 25 } }),
    `GET ${api}/account`
  ]
]

onTheWire(operations)

const refused: ReadonlyArray<Refused> = [
  ["a Droplet id 0", droplets((d) => d.get(0)), "droplet_id"],
  ["a name with a blank", droplets((d) => d.create({ name: "a b", image: 7, size: "s" })), "name"],
  ["no names", droplets((d) => d.createMany({ names: [], image: 7, size: "s" })), "names"],
  ["an image id -1", droplets((d) => d.create({ name: "a", image: -1, size: "s" })), "image"],
  ["an empty size", droplets((d) => d.create({ name: "a", image: 7, size: "" })), "size"],
  [
    "an hour that is none",
    droplets((d) => d.enableBackups(7, { plan: "daily", hour: 3 as never })),
    "backup_policy.hour"
  ],
  ["a tag that is none", droplets((d) => d.performActionByTag("a b", "snapshot")), "tag_name"],
  ["NaN as snapshot id", snapshots((s) => s.get(Number.NaN)), "snapshot_id"],
  ["a negative snapshot id", snapshots((s) => s.delete(-1)), "snapshot_id"],
  ["null as snapshot", snapshots((s) => s.get(null as never)), "snapshot_id"],
  ["an empty snapshot id", snapshots((s) => s.get("")), "snapshot_id"],
  ["a tag name with a slash", tags((t) => t.get("a/b")), "tag_id"],
  ["a new tag with a blank", tags((t) => t.create("a b")), "name"],
  ["no resources to tag", tags((t) => t.tag("web", [])), "resources"],
  ["a volume id that leads elsewhere", volumes((v) => v.takeSnapshot("..", { name: "n" })), "volume_id"],
  ["a volume snapshot without a name", volumes((v) => v.takeSnapshot("v", { name: "" })), "name"]
]

refusedUnsent(refused)
