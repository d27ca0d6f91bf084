// Keys (RFC 7517): read as strictly as the kit reads them. A key's name is its thumbprint (RFC 7638).
import { base64url, sha256, utf8 } from './bytes.mjs'
import { has, isObject, strictObject } from './json.mjs'
import { KINDS } from './key_kinds.mjs'
import { Refused, Unreadable } from './refusal.mjs'

const MOST_KEYS = 16
const SECRETS = ['d', 'priv', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth']

function demand(holds, code) {
  if (!holds) throw new Unreadable(code)
}

function objectOf(source, code) {
  try {
    return strictObject(source)
  } catch {
    throw new Unreadable(code)
  }
}

// What the modules below refuse of a message (a spelling, a point) is here a file of the reader's own.
async function tried(asked) {
  try {
    return await asked()
  } catch (error) {
    throw error instanceof Refused ? new Unreadable('jwk') : error
  }
}

function kindOf(jwk) {
  return KINDS.find(({ use, fixed }) => jwk.use === use && Object.entries(fixed).every(([name, value]) => jwk[name] === value))
}

// Returns {kid, use, alg, kind, jwk} of a public key; throws Unreadable.
export async function publicKey(jwk) {
  demand(isObject(jwk) && !SECRETS.some((name) => Object.hasOwn(jwk, name)), 'jwk')
  demand(Object.values(jwk).every((value) => typeof value === 'string'), 'jwk')
  const kind = kindOf(jwk)
  demand(kind, 'jwk')
  const { alg, ...rest } = jwk
  const members = 'alg' in kind.fixed ? jwk : rest
  demand(has(members, ...Object.keys(kind.fixed), ...kind.shown, 'kid', 'use'), 'jwk')
  demand(alg === undefined || [kind.alg, ...kind.others].includes(alg), 'jwk')
  demand(await tried(() => kind.isGood(jwk)), 'jwk')
  const named = kind.named.map((name) => `"${name}":${JSON.stringify(jwk[name])}`)
  demand(jwk.kid === base64url(await sha256(utf8(`{${named.join()}}`))), 'jwk')
  return { kid: jwk.kid, use: kind.use, alg: kind.alg, kind, jwk }
}

// Returns the keys of a JWK Set's text: the sender's issuer.jwks.json.
export async function readKeySet(source) {
  const document = objectOf(source, 'jwks')
  const listed = has(document, 'keys') && Array.isArray(document.keys) ? document.keys : []
  demand(listed.length > 0 && listed.length <= MOST_KEYS, 'jwks')
  const keys = await Promise.all(listed.map(publicKey))
  demand(new Set(keys.map(({ kid }) => kid)).size === keys.length, 'jwks')
  return keys
}

// Returns {enc, sig} of the reader's own <id>.keys.json: one pair that opens, one that signs receipts.
export async function readKeyPairs(source) {
  const { keys } = objectOf(source, 'pairs')
  demand(Array.isArray(keys) && keys.length === 2, 'pairs')
  const pairs = {}
  for (const jwk of keys) {
    const pair = await keyPair(jwk)
    pairs[pair.use] = pair
  }
  demand(pairs.enc && pairs.sig, 'pairs')
  return pairs
}

async function keyPair(jwk) {
  demand(isObject(jwk), 'pairs')
  const hidden = Object.keys(jwk).filter((name) => SECRETS.includes(name))
  const shown = Object.fromEntries(Object.entries(jwk).filter(([name]) => !hidden.includes(name)))
  const key = await publicKey(shown)
  demand([...hidden].sort().join() === [...key.kind.hidden].sort().join(), 'pairs')
  demand(hidden.every((name) => typeof jwk[name] === 'string'), 'pairs')
  demand(await tried(() => key.kind.belong(jwk)), 'pairs')
  return { ...key, jwk }
}
