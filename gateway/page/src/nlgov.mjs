// The profile `nlgov`: RSA-OAEP with A256GCM, as the Dutch API Design Rules' module for encryption has it (Logius).
import { unbase64url } from './bytes.mjs'
import { rsaDecrypt } from './key_kinds.mjs'
import { decrypt, takeApart } from './message.mjs'
import { Refused } from './refusal.mjs'

const FIXED = { alg: 'RSA-OAEP', cty: 'JWT', enc: 'A256GCM', typ: 'JWE' }

export async function openNlgov(message, { kid, jwk }) {
  const parts = takeApart(message, { kid, fixed: FIXED, own: [], sealedKey: unbase64url(jwk.n).length })
  let key
  try {
    key = await rsaDecrypt(jwk, parts.sealedKey)
  } catch {
    throw new Refused('open')
  }
  return decrypt(key.length === 32 ? key : new Uint8Array(32), parts)
}
