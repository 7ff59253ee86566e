/**
 * What the framework of the command line asks for. Of it only the file system and paths are used: no command starts a
 * process or reads keys, and what would do so is not loaded, since that takes longer than a listing.
 *
 * @since 0.1.0
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Stdio from "effect/Stdio"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"

const unused = Effect.die(new Error("no command of doimg uses this"))

/**
 * The environment of every command.
 *
 * @since 0.1.0
 */
export const layer: Layer.Layer<Command.Environment> = Layer.mergeAll(
  NodeFileSystem.layer,
  NodePath.layer,
  Layer.succeed(
    Stdio.Stdio,
    Stdio.make({ args: Effect.succeed([]), stdin: Stream.empty, stdout: () => Sink.drain, stderr: () => Sink.drain })
  ),
  Layer.succeed(
    Terminal.Terminal,
    Terminal.make({
      ...{ columns: unused, rows: unused, size: unused, readInput: unused, readLine: unused },
      display: () => unused
    })
  ),
  Layer.succeed(
    ChildProcessSpawner.ChildProcessSpawner,
    ChildProcessSpawner.make(() => unused)
  )
)
