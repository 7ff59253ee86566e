import * as Command from "effect/cli/Command"
import { login } from "./authLogin.ts"
import { logout } from "./authLogout.ts"
import { status } from "./authStatus.ts"

export const command = Command.make("auth").pipe(
  Command.withDescription("Log in and out, and tell which token is used"),
  Command.withSubcommands([login, logout, status])
)
