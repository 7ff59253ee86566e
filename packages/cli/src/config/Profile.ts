/**
 * Which profile a command line uses: `--profile`, else `DOIMG_PROFILE`, else `default`.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"

/**
 * The profile that is used where none is named.
 *
 * @since 0.1.0
 */
export const defaultName = "default"

/**
 * The variable that names a profile.
 *
 * @since 0.1.0
 */
export const variable = "DOIMG_PROFILE"

/**
 * A profile that somebody has named, and by what.
 *
 * @since 0.1.0
 */
export interface Named {
  readonly name: string
  readonly by: string
}

/**
 * The profile that the flag or the variable names.
 *
 * @since 0.1.0
 */
export const named = (flag: Option.Option<string>): Option.Option<Named> => {
  if (Option.isSome(flag)) return Option.some({ name: flag.value, by: `--profile ${flag.value}` })
  const name = process.env[variable]?.trim() ?? ""
  return name === "" ? Option.none() : Option.some({ name, by: `${variable}=${name}` })
}

/**
 * Whether a text can be the name of a profile.
 *
 * @since 0.1.0
 */
export const isName = (text: string): boolean => /^[\w.-]{1,64}$/.test(text)
