import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { scripts, shells } from "../config/completionScripts.ts"
import * as Pager from "../output/Pager.ts"

export const command = Command.make(
  "completion",
  {
    shell: Argument.Literals("shell", shells).pipe(
      Argument.withMetavar("SHELL"),
      Argument.withDescription("The shell whose command lines are completed")
    )
  },
  ({ shell }) => Pager.write(scripts[shell])
).pipe(
  Command.withDescription("Print the script with which a shell completes the command lines of doimg"),
  Command.withShortDescription("Print the completion script of a shell"),
  Command.withExamples([
    { command: "doimg completion bash", description: "In ~/.bashrc: source <(doimg completion bash)" },
    { command: "doimg completion zsh", description: "In ~/.zshrc, after compinit: source <(doimg completion zsh)" },
    { command: "doimg completion fish", description: "In config.fish: doimg completion fish | source" }
  ])
)
