// A pick-up link: all that its fragment makes, and the one message it opens (gateway/crypto/one_time.py has the same).
import { base64url, hex, sha256, unbase64url, utf8 } from './bytes.mjs'
import { publicKey } from './jwk.mjs'
import { signToken } from './jws.mjs'
import { decrypt, takeApart } from './message.mjs'
import { must } from './refusal.mjs'

const LABEL = 'disclosure pick-up link/v1 '
const PKCS8 = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32)
const FIXED = { alg: 'dir', cty: 'JWT', enc: 'A256GCM' }

// Returns {id, pair, sig} of what stands after the `#`; throws Refused when that is no link.
export async function readLink(fragment) {
  const secret = unbase64url(fragment)
  must(secret.length === 32, 'link')
  const root = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const derive = async (name, bytes) => {
    const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(`${LABEL}${name}`) }
    return new Uint8Array(await crypto.subtle.deriveBits(how, root, bytes * 8))
  }
  const sig = await signingKey(await derive('receipt', 32))
  const pair = { alg: 'dir', kid: sig.kid, content: await derive('content', 32) }
  return { id: hex(await derive('id', 16)), pair, sig }
}

// The Ed25519 pair of a seed; its RFC 7638 thumbprint also names the message's key.
async function signingKey(seed) {
  const key = await crypto.subtle.importKey('pkcs8', Uint8Array.of(...PKCS8, ...seed), 'Ed25519', true, ['sign'])
  const { x } = await crypto.subtle.exportKey('jwk', key)
  const kid = base64url(await sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)))
  const shown = { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig' }
  return { ...(await publicKey(shown)), jwk: { ...shown, d: base64url(seed) } }
}

// The profile `link`: `dir` and A256GCM (RFC 7518 section 4.5).
export async function openLink(message, { kid, content }) {
  return decrypt(content, takeApart(message, { kid, fixed: FIXED, own: [], sealedKey: 0 }))
}

// The signed answer of who got somebody else's letter; it needs neither code nor message.
export function signNotForUs(sig, issuer) {
  return signToken({ aud: issuer, rkid: sig.kid, state: 'not_for_us' }, { typ: 'pickup-answer+jwt', key: sig })
}
