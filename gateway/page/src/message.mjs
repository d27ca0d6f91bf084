// What all profiles ask of a message before a key touches it: a compact JWE (RFC 7516) in one spelling, with A256GCM.
import { concat, text, unbase64url, utf8 } from './bytes.mjs'
import { has, strictObject } from './json.mjs'
import { must, Refused } from './refusal.mjs'

const LARGEST = 384 * 1024

// Returns {header, aad, sealedKey, iv, ciphertext, tag} of a message for this key, whose header has exactly `fixed`, kid
// and the members named in `own`.
export function takeApart(message, { kid, fixed, own, sealedKey: size }) {
  const segments = message.split('.')
  must(message.length <= LARGEST && segments.length === 5, 'open')
  const [head, sealedKey, iv, ciphertext, tag] = segments.map(unbase64url)
  let header
  try {
    header = strictObject(text(head))
  } catch {
    throw new Refused('open')
  }
  must(has(header, ...Object.keys(fixed), 'kid', ...own), 'open')
  must(Object.entries(fixed).every(([name, value]) => header[name] === value), 'open')
  must(header.kid === kid, 'other_key')
  must(sealedKey.length === size && iv.length === 12 && tag.length === 16, 'open')
  return { header, aad: utf8(segments[0]), sealedKey, iv, ciphertext, tag }
}

// Returns the text that a key of 32 bytes gives.
export async function decrypt(raw, { aad, iv, ciphertext, tag }) {
  return text(await decryptBytes(raw, concat(ciphertext, tag), { iv, additionalData: aad }))
}

export async function decryptBytes(raw, sealed, how) {
  try {
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', tagLength: 128, ...how }, key, sealed))
  } catch {
    throw new Refused('open')
  }
}
