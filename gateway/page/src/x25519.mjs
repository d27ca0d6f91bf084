// X25519 (RFC 7748) by the browser. Points whose order divides 8 give everyone the same secret; they are refused first.
import { concat, unhex } from './bytes.mjs'
import { littleEndian } from './ed25519.mjs'
import { Refused } from './refusal.mjs'

const PKCS8 = unhex('302e020100300506032b656e04220420')
const FIELD = 2n ** 255n - 19n
const LOW_ORDER = new Set([
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  FIELD - 1n,
])

// Says whether 32 bytes are the one spelling of a point that may be used.
export function isExchangePoint(bytes) {
  return bytes.length === 32 && littleEndian(bytes) < FIELD && !LOW_ORDER.has(littleEndian(bytes))
}

// Returns the 32 bytes that both sides know; throws when they would be nought.
export async function exchange(secret, theirs) {
  const ours = await crypto.subtle.importKey('pkcs8', concat(PKCS8, secret), 'X25519', false, ['deriveBits'])
  const other = await crypto.subtle.importKey('raw', theirs, 'X25519', false, [])
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: other }, ours, 256))
  if (shared.every((byte) => byte === 0)) throw new Refused('open')
  return shared
}

export function publicPoint(secret) {
  return exchange(secret, Uint8Array.of(9, ...new Uint8Array(31)))
}
