import { type Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Actions from "../../src/Actions.ts"
import type * as DigitalOcean from "../../src/DigitalOcean.ts"
import * as Droplets from "../../src/Droplets.ts"
import * as Ensure from "../../src/Ensure.ts"
import * as Images from "../../src/Images.ts"
import * as Tags from "../../src/Tags.ts"
import * as Tag from "../../src/Tag.ts"

export const web = 413118204
export const snapshot = 166404101
export const backup = 166480233

type Services = DigitalOcean.Services | TestDigitalOcean.TestDigitalOcean
type Result = Ensure.Result<{ readonly id: number; readonly status: string } | null>

/** An idempotent operation, and how to reach each situation in which it may find its resource. */
export interface Operation {
  readonly name: string
  readonly run: (options?: Ensure.Options) => Effect.Effect<Result, Failure, Services>
  /** the same request, sent by another process */
  readonly other: Effect.Effect<unknown, Failure, Services>
  /** another action on the same resource that is allowed at the same time, or that can be finished before */
  readonly different: Effect.Effect<unknown, Failure, Services> | undefined
  /** what the request needs, so that it is sent once */
  readonly prepare?: Effect.Effect<unknown, Failure, Services>
  /** the operation of the request, for faults */
  readonly on: string
  readonly where?: Readonly<Record<string, string>>
  /** the line of the request */
  readonly request: RegExp
  /** the listing of the actions that is inspected; undefined for an operation without an action */
  readonly listing: string | undefined
}

export interface Failure {
  readonly _tag: string
  readonly message: string
}

export const sendFault = ({ on, where }: Operation, fault: Readonly<Record<string, unknown>>): Faults.Script => [
  { ...fault, on, ...(where === undefined ? {} : { where }) } as Faults.Fault
]

export const transfer: Operation = {
  name: "transfer",
  run: (options) => Effect.flatMap(Ensure.inspectImage(snapshot), (state) => Ensure.transfer(state, "sfo3", options)),
  other: Images.Images.use((images) => images.transfer(snapshot, "sfo3")),
  different: Images.Images.use((images) => images.transfer(snapshot, "ams3")),
  on: "images.act",
  where: { region: "sfo3" },
  request: /^201 POST \/v2\/images\/166404101\/actions .*sfo3/,
  listing: "images.actions"
}

export const conversion: Operation = {
  name: "conversion",
  run: (options) => Effect.flatMap(Ensure.inspectImage(backup), (state) => Ensure.conversion(state, options)),
  other: Images.Images.use((images) => images.convert(backup)),
  different: undefined,
  on: "images.act",
  request: /^201 POST \/v2\/images\/166480233\/actions .*convert/,
  listing: "images.actions"
}

export const powerOff: Operation = {
  name: "power off",
  run: (options) => Ensure.power(web, "off", options),
  other: Droplets.Droplets.use((droplets) => droplets.powerOff(web)),
  different: Droplets.Droplets.use((droplets) => droplets.performAction(web, "reboot")),
  on: "droplets.act",
  where: { type: "power_off" },
  request: /^201 POST \/v2\/droplets\/413118204\/actions .*power_off/,
  listing: "droplets.actions"
}

export const takeSnapshot: Operation = {
  name: "snapshot",
  run: (options) => Ensure.snapshot(web, { name: "golden", ...options }),
  other: Droplets.Droplets.use((droplets) => droplets.snapshot(web, "golden")),
  different: Droplets.Droplets.use((droplets) => droplets.performAction(web, "reboot")),
  on: "droplets.act",
  where: { type: "snapshot" },
  request: /^201 POST \/v2\/droplets\/413118204\/actions .*snapshot/,
  listing: "droplets.actions"
}

export const tag: Operation = {
  name: "tag",
  run: (options) => Ensure.tag(snapshot, "golden", options),
  other: Tags.Tags.use((tags) => tags.tag("golden", [Tag.image(snapshot)])),
  different: undefined,
  prepare: Tags.Tags.use((tags) => tags.create("golden")),
  on: "tags.tag",
  request: /^204 POST \/v2\/tags\/golden\/resources/,
  listing: undefined
}

export const deletion: Operation = {
  name: "deletion",
  run: (options) => Ensure.deletion(snapshot, options),
  other: Images.Images.use((images) => images.delete(snapshot)),
  different: undefined,
  on: "images.delete",
  request: /^204 DELETE \/v2\/images\/166404101$/,
  listing: undefined
}

/** The operations that start an action. */
export const starting: ReadonlyArray<Operation> = [transfer, conversion, powerOff, takeSnapshot]

export const operations: ReadonlyArray<Operation> = [...starting, tag, deletion]

/** Runs an operation, and waits until its action is done. */
export const completed = (operation: Operation, options?: Ensure.Options) =>
  Effect.flatMap(operation.run(options), awaited)

const awaited = (result: Result) =>
  Effect.gen(function* () {
    const action = Option.getOrNull(Ensure.actionOf(result))
    if (action !== null) yield* Actions.Actions.use((actions) => actions.await(action.id))
    return result
  })

/** Starts an action, and waits until every action of the account is done. */
export const ended = <A, E, R>(start: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    yield* start
    const test = yield* TestDigitalOcean.TestDigitalOcean
    const ids = (yield* test.actions()).map(({ id }) => id)
    yield* Actions.Actions.use((actions) => Effect.forEach(ids, (id) => actions.await(id)))
  })

/** The lines of the requests of an operation that were executed. */
export const executed = ({ request }: Operation) =>
  Effect.gen(function* () {
    const { requests } = yield* TestDigitalOcean.TestDigitalOcean
    return (yield* requests).map(TestDigitalOcean.toLine).filter((line) => request.test(line)).length
  })

/** The number of requests of an operation that were sent, executed or refused. */
export const sent = ({ request }: Operation) =>
  Effect.gen(function* () {
    const { requests } = yield* TestDigitalOcean.TestDigitalOcean
    const any = new RegExp(request.source.replace(/^\^\d+/, "^\\d+"))
    return (yield* requests).map(TestDigitalOcean.toLine).filter((line) => any.test(line)).length
  })

/** The id of the action of a result. */
export const idOf = (result: Result): number | undefined =>
  result._tag === "Satisfied" ? undefined : result.action?.id
