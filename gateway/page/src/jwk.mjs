// Keys (RFC 7517, RFC 8037): read as strictly as the kit reads them. A key's name is its thumbprint (RFC 7638).
import { base64url, concat, equal, sha256, unbase64url, unhex, utf8 } from './bytes.mjs'
import { isGoodPoint, isSigned, littleEndian, sign } from './ed25519.mjs'
import { has, isObject, strictObject } from './json.mjs'
import { Refused, Unreadable } from './refusal.mjs'

const MOST_KEYS = 16
const CURVES = { sig: 'Ed25519', enc: 'X25519' }
const ALGORITHMS = { sig: ['Ed25519', 'EdDSA'], enc: ['ECDH-ES'] }
const PKCS8 = unhex('302e020100300506032b656e04220420')
const FIELD = 2n ** 255n - 19n
// Points of curve 25519 and its twist whose order divides 8: with them the shared secret is zero (RFC 7748 section 6.1).
const LOW_ORDER = new Set([
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  FIELD - 1n,
])

function demand(holds, code) {
  if (!holds) throw new Unreadable(code)
}

function point(given) {
  try {
    return unbase64url(given)
  } catch (error) {
    throw error instanceof Refused ? new Unreadable('jwk') : error
  }
}

// Says whether 32 bytes are the one spelling of a point of curve 25519 that may be used.
export function isExchangePoint(bytes) {
  return bytes.length === 32 && littleEndian(bytes) < FIELD && !LOW_ORDER.has(littleEndian(bytes))
}

// Returns {kid, use, kty, x} of a public key; throws Unreadable.
export async function publicKey(jwk) {
  demand(isObject(jwk) && !Object.hasOwn(jwk, 'd'), 'jwk')
  const { alg, ...members } = jwk
  demand(has(members, 'kty', 'crv', 'x', 'kid', 'use') && Object.values(jwk).every((value) => typeof value === 'string'), 'jwk')
  const { kty, crv, x, kid, use } = members
  demand(kty === 'OKP' && Object.hasOwn(CURVES, use) && CURVES[use] === crv, 'jwk')
  demand(alg === undefined || ALGORITHMS[use].includes(alg), 'jwk')
  const bytes = point(x)
  demand(use === 'sig' ? isGoodPoint(bytes) : isExchangePoint(bytes), 'jwk')
  demand(kid === base64url(await sha256(utf8(`{"crv":"${crv}","kty":"OKP","x":"${x}"}`))), 'jwk')
  return { kid, use, kty, bytes }
}

function objectOf(source, code) {
  try {
    return strictObject(source)
  } catch {
    throw new Unreadable(code)
  }
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
  demand(isObject(jwk) && typeof jwk.d === 'string', 'pairs')
  const { d, ...rest } = jwk
  const key = await publicKey(rest)
  const secret = point(d)
  demand(secret.length === 32 && (await belong(key, secret)), 'pairs')
  return { ...key, secret }
}

// The two halves of a pair must belong together.
async function belong({ use, bytes }, secret) {
  if (use === 'sig') return isSigned(bytes, PKCS8, await sign(secret, PKCS8))
  const base = Uint8Array.of(9, ...new Uint8Array(31))
  return equal(await exchange(secret, base), bytes)
}

// Returns the 32 bytes that both sides of an X25519 exchange know; throws when they would be nought.
export async function exchange(secret, theirs) {
  const ours = await crypto.subtle.importKey('pkcs8', concat(PKCS8, secret), 'X25519', false, ['deriveBits'])
  const other = await crypto.subtle.importKey('raw', theirs, 'X25519', false, [])
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: other }, ours, 256))
  if (shared.every((byte) => byte === 0)) throw new Refused('open')
  return shared
}
