// Compact signatures (RFC 7515): Ed25519 (RFC 9864), or PS256 with a key made for that. The key says which, never the text.
import { base64url, text, unbase64url, utf8 } from './bytes.mjs'
import { has, strictObject } from './json.mjs'
import { must, Refused } from './refusal.mjs'

const LARGEST = 256 * 1024

function objectOf(bytes, code) {
  try {
    return strictObject(text(bytes))
  } catch {
    throw new Refused(code)
  }
}

// Returns the type that a token claims, null for none: only to know how to read it; `verifyToken` checks it.
export function typeOf(token) {
  try {
    return objectOf(unbase64url(token.split('.')[0]), 'signature').typ ?? null
  } catch {
    return null
  }
}

// Returns the payload, an object, of a token of this type that one of these keys signed.
export async function verifyToken(token, { typ, keys }) {
  const segments = token.split('.')
  must(token.length <= LARGEST && segments.length === 3 && segments.every(Boolean), 'signature')
  const [header, payload, signature] = segments.map(unbase64url)
  const members = objectOf(header, 'signature')
  must(has(members, 'alg', 'typ', 'kid') && members.typ === typ, 'signature')
  const key = keys.find(({ kid }) => kid === members.kid)
  must(key, 'issuer_key')
  must(key.use === 'sig' && key.alg === members.alg, 'signature')
  must(await key.kind.isSigned(key.jwk, utf8(`${segments[0]}.${segments[1]}`), signature), 'signature')
  return objectOf(payload, 'signature')
}

export async function signToken(claims, { typ, key }) {
  const header = { alg: key.alg, kid: key.kid, typ }
  const signed = [header, claims].map((part) => base64url(utf8(JSON.stringify(part)))).join('.')
  return `${signed}.${base64url(await key.kind.sign(key.jwk, utf8(signed)))}`
}
