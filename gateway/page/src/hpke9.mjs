// The profile `hpke9`: HPKE-9-KE (draft-ietf-jose-hpke-pq-pqt) with A256GCM: HPKE in base mode with X-Wing, SHAKE256 and
// AES-256-GCM encrypts a fresh content key. SHAKE256 derives in one stage (draft-ietf-hpke-hpke, draft-ietf-hpke-pq).
import { shake256 } from '../vendor/noble-hashes/sha3.js'
import { concat, unbase64url, utf8 } from './bytes.mjs'
import { decrypt, decryptBytes, takeApart } from './message.mjs'
import { must } from './refusal.mjs'
import { isExchangePoint } from './x25519.mjs'
import { decapsulate, ENCAPSULATED } from './xwing.mjs'

const FIXED = { alg: 'HPKE-9-KE', cty: 'JWT', enc: 'A256GCM' }
const SUITE = concat(utf8('HPKE'), Uint8Array.of(0x64, 0x7a, 0x00, 0x11, 0x00, 0x02))
const INFO = concat(utf8('JOSE-HPKE rcpt'), Uint8Array.of(255), utf8('A256GCM'), Uint8Array.of(255))
const [KEY, NONCE, HASH] = [32, 12, 64] // bytes

export async function openHpke9(message, { kid, jwk }) {
  const parts = takeApart(message, { kid, fixed: FIXED, own: ['ek'], sealedKey: KEY + 16 })
  const { ek } = parts.header
  must(typeof ek === 'string', 'open')
  const encapsulated = unbase64url(ek)
  must(encapsulated.length === ENCAPSULATED && isExchangePoint(encapsulated.subarray(-32)), 'open')
  const [key, nonce] = schedule(await decapsulate(unbase64url(jwk.priv), encapsulated))
  return decrypt(await decryptBytes(key, parts.sealedKey, { iv: nonce }), parts)
}

function prefixed(bytes) {
  return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes)
}

// Returns the key and the nonce of the first message, in base mode: without a shared key of one's own.
function schedule(shared) {
  const nothing = new Uint8Array()
  const context = concat(Uint8Array.of(0), prefixed(nothing), prefixed(INFO))
  const size = KEY + NONCE + HASH
  const label = concat(prefixed(utf8('secret')), Uint8Array.of(size >> 8, size & 255))
  const input = concat(prefixed(nothing), prefixed(shared), utf8('HPKE-v1'), SUITE, label, context)
  const secret = shake256(input, { dkLen: size })
  return [secret.subarray(0, KEY), secret.subarray(KEY, KEY + NONCE)]
}
