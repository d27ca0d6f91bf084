// The profile `jose`: ECDH-ES on X25519 (RFC 8037) with A256GCM. Any JOSE library opens it.
import { concat, sha256, unbase64url, utf8 } from './bytes.mjs'
import { has } from './json.mjs'
import { decrypt, takeApart } from './message.mjs'
import { must } from './refusal.mjs'
import { exchange, isExchangePoint } from './x25519.mjs'

const FIXED = { alg: 'ECDH-ES', cty: 'JWT', enc: 'A256GCM' }

export async function openJose(message, { kid, jwk }) {
  const parts = takeApart(message, { kid, fixed: FIXED, own: ['epk'], sealedKey: 0 })
  const { epk } = parts.header
  must(has(epk, 'kty', 'crv', 'x') && epk.kty === 'OKP' && epk.crv === 'X25519' && typeof epk.x === 'string', 'open')
  const theirs = unbase64url(epk.x)
  must(isExchangePoint(theirs), 'open')
  return decrypt(await derive(await exchange(unbase64url(jwk.d), theirs)), parts)
}

// One step of the Concat KDF (RFC 7518 section 4.6) for a key of A256GCM, without party info.
async function derive(shared) {
  const name = utf8('A256GCM')
  const info = concat(Uint8Array.of(0, 0, 0, name.length), name, new Uint8Array(8), Uint8Array.of(0, 0, 1, 0))
  return sha256(Uint8Array.of(0, 0, 0, 1), shared, info)
}
