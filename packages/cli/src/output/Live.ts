/**
 * What takes a while, with a line for each item on stderr: in place on a terminal, with the time elsewhere, none with
 * `--quiet`.
 *
 * Every wait of the `Actions` given here has such a line, whoever waits: a command, a job, a snapshot that is looked for.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import * as DigitalOceanClient from "@effect-digitalocean/client/DigitalOceanClient"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Leftovers from "../process/Leftovers.ts"
import * as Color from "./Color.ts"
import * as EstimateBar from "./EstimateBar.ts"
import * as LiveLayout from "./LiveLayout.ts"
import * as LiveLines from "./LiveLines.ts"
import * as Stderr from "./Stderr.ts"
import * as Text from "../text/Text.ts"
import * as Time from "../text/Time.ts"
import * as Underway from "../process/Underway.ts"
import { format } from "node:util"

/**
 * Reports the state of an item, and of an action also its label, and when it is likely to be done.
 *
 * @since 0.1.0
 */
export type Tell = (
  status: string,
  more?: { readonly label: LiveLayout.Label; readonly estimate: EstimateBar.Ends | undefined }
) => void

/**
 * Lines for what takes a while.
 *
 * @since 0.1.0
 */
export class Live extends Context.Service<
  Live,
  {
    /** Runs work with a line of its own; `tell` changes what the line says. */
    readonly during: <A, E, R>(
      label: LiveLayout.Label,
      run: (tell: Tell) => Effect.Effect<A, E, R>,
      status?: string
    ) => Effect.Effect<A, E, R>
    /** What images are called, for the labels of their actions. */
    readonly names: Map<number, string>
  }
>()("@effect-digitalocean/cli/Live") {}

const silent = (names: Map<number, string>) => Live.of({ during: (_, run) => run(() => undefined), names })

/** How a line stands: its words, since when it runs, and how it ended. */
interface Line {
  readonly since: number
  label: LiveLayout.Label
  status: string
  estimate: EstimateBar.Ends | undefined
  ended?: { readonly well: boolean; readonly at: number }
}

/**
 * The lines of one command, and a console whose errors are written above them.
 *
 * @since 0.1.0
 */
export const layer = Layer.effectContext(
  Effect.gen(function* () {
    const names = new Map<number, string>()
    const quiet = yield* GlobalFlags.Quiet
    if (quiet) return Context.make(Live, silent(names))
    const all: Array<Line> = []
    const drawing = yield* drawingOnStderr
    const paint = Semaphore.makeUnsafe(1).withPermits(1)(yield* painter(all, drawing))
    yield* onSigint(() => {
      // what is waited for no longer stays as it was drawn, and ^C below it
      all.length = 0
      drawing.leave()
    })
    const pause = Stderr.isTerminal() ? "100 millis" : "1 second"
    yield* Effect.forkScoped(
      Effect.repeat(
        Effect.suspend(() => (all.some(({ ended }) => ended === undefined) ? paint : Effect.void)),
        Schedule.spaced(pause)
      )
    )
    const live = Live.of({
      names,
      during: (label, run, status = "begun") =>
        Effect.flatMap(Clock.currentTimeMillis, (since) => {
          const line: Line = { since, label, status, estimate: undefined }
          all.push(line)
          const work = run((status, more) => {
            line.status = status
            line.label = more?.label ?? line.label
            line.estimate = more?.estimate
          })
          return Effect.onExit(Effect.andThen(paint, work), (exit) =>
            Exit.hasInterrupts(exit)
              ? Effect.void
              : Effect.flatMap(Clock.currentTimeMillis, (at) => {
                  line.ended = { well: Exit.isSuccess(exit), at }
                  return paint
                })
          )
        })
    })
    return Context.make(Live, live).pipe(Context.add(Console.Console, yield* consoleAbove(drawing)))
  })
)

/** Where lines are drawn in place, what is said meanwhile is put above them, and the lines below it again. */
const consoleAbove = (drawing: LiveLines.LiveLines) =>
  Effect.map(
    Console.Console,
    (outer): Console.Console =>
      drawing.animated
        ? Object.assign(Object.create(outer), {
            error: (...args: ReadonlyArray<unknown>) => Effect.runSync(drawing.above(format(...args)))
          })
        : outer
  )

const onSigint = (run: () => void) =>
  Effect.acquireRelease(
    Effect.sync(() => void process.prependListener("SIGINT", run)),
    () => Effect.sync(() => void process.off("SIGINT", run))
  )

/**
 * The account's actions, each wait known to {@link Underway.Underway} until it has ended, and with a line unless what
 * waits has lines of its own, as jobs do.
 *
 * @since 0.1.0
 */
export const actions = (options: { readonly lines: boolean }) =>
  Layer.effect(
    Actions.Actions,
    Effect.gen(function* () {
      const live = options.lines ? yield* Live : silent(new Map())
      const underway = yield* Underway.Underway
      const leftovers = yield* Leftovers.Leftovers
      const plain = yield* Actions.make
      /** Waits for an action, with a line, and passes each of its states on. */
      const followed = (
        ref: Action.Ref,
        options: Actions.AwaitOptions | undefined,
        emit: (action: Action.Action) => Effect.Effect<unknown>
      ) =>
        live.during(
          labelOf(ref, live.names),
          (tell) =>
            Underway.during(
              underway,
              Action.idOf(ref),
              plain.progress(ref, options).pipe(
                Stream.tap(({ action }) => (action === null ? Effect.void : Leftovers.observe(leftovers, action))),
                Stream.tap(({ action, estimate }) =>
                  Effect.flatMap(Clock.currentTimeMillis, (now) => {
                    if (action === null) return Effect.void
                    const label = labelOf(action, live.names)
                    tell(action.status, {
                      label,
                      estimate: estimate === null ? undefined : EstimateBar.endsOf(estimate, now)
                    })
                    return emit(action)
                  })
                ),
                Stream.runLast,
                Effect.map((last) => Option.getOrThrow(last).action!),
                Effect.flatMap((action) =>
                  Action.isErrored(action) ? Effect.fail(new Actions.ActionErrored({ action })) : Effect.succeed(action)
                )
              )
            ),
          typeof ref === "number" ? "asked for" : ref.status
        )
      const await_: Actions.Actions["Service"]["await"] = (ref, options) => followed(ref, options, () => Effect.void)
      const watch: Actions.Actions["Service"]["watch"] = (ref, options) =>
        Stream.callback((queue) => {
          let last: string | undefined
          const emit = (action: Action.Action) =>
            Effect.suspend(() => {
              const isNew = action.status !== last
              last = action.status
              return isNew ? Queue.offer(queue, action) : Effect.void
            })
          return followed(ref, options, emit).pipe(
            Effect.catchTag("ActionErrored", () => Effect.void),
            Effect.andThen(Queue.end(queue))
          )
        })
      return Actions.Actions.of({
        ...plain,
        watch: options.lines
          ? watch
          : (ref, options) => Stream.tap(plain.watch(ref, options), (action) => Leftovers.observe(leftovers, action)),
        await: await_,
        awaitAll: (refs, options) =>
          Stream.mapEffect(
            Stream.fromIterable(refs),
            (ref) =>
              Effect.map(Effect.result(await_(ref, options)), (result) => ({
                id: Action.idOf(ref),
                result
              })),
            { concurrency: "unbounded", unordered: true }
          )
      })
    })
  )

/**
 * Lets the lines of an image's actions say its name.
 *
 * @since 0.1.0
 */
export const named = (image: { readonly id: number; readonly name: string }): Effect.Effect<void, never, Live> =>
  Effect.map(Live, ({ names }) => void names.set(image.id, image.name))

const labelOf = (ref: Action.Ref, names: ReadonlyMap<number, string>): LiveLayout.Label => {
  const about = { verb: "", name: "", where: "", note: "" }
  if (typeof ref === "number") return { ...about, subject: `action ${ref}` }
  const { id, region_slug, resource_id, resource_type, type } = ref
  if (type === "") return { ...about, subject: `action ${id}` }
  const where = region_slug !== null && type === "transfer" ? ` to ${region_slug}` : ""
  if (resource_id === null) return { ...about, verb: type, subject: "", where }
  const name = names.get(resource_id) ?? ""
  const subject = name === "" ? `${resource_type} ${resource_id}` : `${resource_id} (${name})`
  return { ...about, verb: type, subject, name: name || String(resource_id), where }
}

const drawingOnStderr = Effect.flatMap(Stderr.hasColor, (hasColor) =>
  LiveLines.make([], "", hasColor ? Color.mark : undefined)
).pipe(
  Effect.provideService(Terminal.Terminal, Stderr.terminal),
  Effect.provideService(TerminalCapabilities.TerminalCapabilities, {
    canAnimate: Stderr.isTerminal(),
    canColor: false,
    canPrompt: false
  })
)

/** Draws all lines as they stand. */
const painter = Effect.fnUntraced(function* (all: ReadonlyArray<Line>, drawing: LiveLines.LiveLines) {
  // a stored job is followed without a client: its runner has the rate limit
  const client = yield* Effect.serviceOption(DigitalOceanClient.DigitalOceanClient)
  const rateLimit = Option.isNone(client) ? Effect.succeedNone : client.value.rateLimit
  const said = new Map<Line, string>()
  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const budget = Option.match(yield* rateLimit, {
      onNone: () => "",
      onSome: ({ limit, remaining }) => `  ${remaining}/${limit} requests left`
    })
    const entries = all.map(({ ended, label, since, status }) => ({
      label,
      state: ended?.well === false ? `${status}, failed` : status,
      elapsed: Time.format(Duration.millis((ended?.at ?? now) - since))
    }))
    if (drawing.animated) {
      const columns = (process.stderr.columns ?? 80) - 1
      const drawn = LiveLayout.lay(entries, columns - 2)
      yield* drawing.setAll(
        all.map((line, i) => {
          const { ended } = line
          const mark = ended === undefined ? spinner(now) : ended.well ? "✔" : "✘"
          const more = ended === undefined ? [EstimateBar.draw(line.estimate, now), budget] : []
          return [String(i), fitted(`${mark} ${drawn[i]}`, more, columns)] as const
        })
      )
      return
    }
    const texts = all.flatMap((line, i) => {
      const { ended, since } = line
      const { elapsed, label, state } = entries[i]!
      // elsewhere a line is worth its place when the state has changed, and once a minute as a sign of life
      const sign = `${state} ${ended !== undefined} ${ended === undefined ? Math.floor((now - since) / 60_000) : ""}`
      if (said.get(line) === sign) return []
      said.set(line, sign)
      const text = `${LiveLayout.text(label)}  ${Text.message(state)}  ${elapsed}${budget}`
      return [[String(i), `${new Date(now).toISOString()} ${text}`] as const]
    })
    yield* drawing.setAll(texts)
  })
})

/** What fits of what may follow. */
const fitted = (drawn: string, more: ReadonlyArray<string>, columns: number): string =>
  more.reduce((line, part) => (Text.width(line) + Text.width(part) <= columns ? line + part : line), drawn)

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

const spinner = (now: number): string => frames[Math.floor(now / 100) % frames.length]!
