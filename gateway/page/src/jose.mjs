// The profile `jose`: compact JWE (RFC 7516), ECDH-ES on X25519 (RFC 8037) with A256GCM.
import { concat, sha256, text, unbase64url, utf8 } from './bytes.mjs'
import { has, strictObject } from './json.mjs'
import { exchange, isExchangePoint } from './jwk.mjs'
import { must, Refused } from './refusal.mjs'

export const LARGEST = 384 * 1024

// Returns the five parts of a compact JWE and its header, in their only right spelling.
export function readMessage(message) {
  const segments = message.split('.')
  must(message.length <= LARGEST && segments.length === 5, 'open')
  const [header, sealedKey, iv, ciphertext, tag] = segments.map(unbase64url)
  must(iv.length === 12 && tag.length === 16, 'open')
  try {
    return { header: strictObject(text(header)), aad: utf8(segments[0]), sealedKey, iv, ciphertext, tag }
  } catch {
    throw new Refused('open')
  }
}

// Returns the text that a key of 32 bytes and A256GCM give.
export async function decrypt(raw, { aad, iv, ciphertext, tag }) {
  try {
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
    const how = { name: 'AES-GCM', iv, additionalData: aad, tagLength: 128 }
    return text(new Uint8Array(await crypto.subtle.decrypt(how, key, concat(ciphertext, tag))))
  } catch {
    throw new Refused('open')
  }
}

export async function openJose(message, pair) {
  const parts = readMessage(message)
  const { alg, enc, cty, kid, epk } = parts.header
  must(has(parts.header, 'alg', 'cty', 'enc', 'epk', 'kid') && parts.sealedKey.length === 0, 'open')
  must(alg === 'ECDH-ES' && enc === 'A256GCM' && cty === 'JWT', 'open')
  must(kid === pair.kid, 'other_key')
  must(has(epk, 'kty', 'crv', 'x') && epk.kty === 'OKP' && epk.crv === 'X25519' && typeof epk.x === 'string', 'open')
  const theirs = unbase64url(epk.x)
  must(isExchangePoint(theirs), 'open')
  return decrypt(await derive(await exchange(pair.secret, theirs)), parts)
}

// One step of the Concat KDF (RFC 7518 section 4.6) for a key of A256GCM, without party info.
async function derive(shared) {
  const name = utf8('A256GCM')
  const info = concat(Uint8Array.of(0, 0, 0, name.length), name, new Uint8Array(8), Uint8Array.of(0, 0, 1, 0))
  return sha256(Uint8Array.of(0, 0, 0, 1), shared, info)
}
