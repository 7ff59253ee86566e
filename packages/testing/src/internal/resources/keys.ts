import * as Digest from "effect/crypto/Digest"
import * as Base64 from "effect/encoding/Base64"
import * as Hex from "effect/encoding/Hex"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { SshKey } from "../../DigitalOceanApi.ts"
import type { Account } from "../account/account.ts"
import { notFound, unprocessable } from "../account/apiError.ts"
import type { World } from "../account/world.ts"

/** Returns the SSH keys, newest first. */
export const list = (account: Account): ReadonlyArray<SshKey> => [...account.keys.values()].reverse()

/** Finds a key by id or fingerprint. */
export const get = (account: Account, identifier: number | string): SshKey => {
  const key =
    typeof identifier === "number"
      ? account.keys.find(identifier)
      : list(account).find(({ fingerprint, id }) => fingerprint === identifier && account.keys.find(id) !== undefined)
  if (key === undefined) throw notFound()
  return key
}

export const create = (
  world: World,
  account: Account,
  { name, public_key }: { readonly name: string; readonly public_key: string }
): SshKey => {
  if (name.trim() === "") throw unprocessable("Name can't be blank")
  const fingerprint = fingerprintOf(public_key)
  if (fingerprint === undefined) throw unprocessable("Key invalid, key should be of the form `ssh-rsa AAAA... comment`")
  if (list(account).some((key) => key.fingerprint === fingerprint)) {
    throw unprocessable("SSH Key is already in use on your account")
  }
  const key = { id: world.nextKeyId(), name, public_key, fingerprint }
  account.keys.set(key.id, key)
  return key
}

export const update = (account: Account, identifier: number | string, body: { readonly name?: string }): SshKey => {
  const { id } = get(account, identifier)
  if (body.name?.trim() === "") throw unprocessable("Name can't be blank")
  const key = { ...account.keys.get(id)!, ...body }
  account.keys.set(id, key)
  return key
}

export const remove = (account: Account, identifier: number | string): void => {
  account.keys.delete(get(account, identifier).id)
}

/** Returns the MD5 of a public key's bytes, as DigitalOcean and `ssh-keygen -l -E md5` format it. */
const fingerprintOf = (public_key: string): string | undefined => {
  const [, body = ""] = /^(?:ssh|ecdsa|sk)-\S+\s+(\S+)/.exec(public_key.trim()) ?? []
  const bytes = Option.getOrUndefined(Result.getSuccess(Base64.decode(body)))
  const hash = bytes === undefined || bytes.length === 0 ? undefined : Digest.md5.implementation?.(bytes)
  return hash && Hex.encode(hash).match(/../g)?.join(":")
}
