// Opens a message of profile `jose` and makes a receipt: WebCrypto and nothing else, so Node (20 and later) and browsers run it.
// Check the message first (verify_disclosure.py, `disclosure-kit verify` or the page): this file does not look at the log.
const subtle = globalThis.crypto.subtle
const bytes = (text) => new TextEncoder().encode(text)
const json = (data) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data))
const must = (holds, what) => { if (!holds) throw new Error(`refused: ${what}`) }
const encode = (data) => btoa(String.fromCharCode(...data)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
function decode(text) { // one right spelling only: a flipped bit at the end of a base64 text counts too
  must(/^[\w-]*$/.test(text), 'not base64url')
  const data = Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0))
  must(btoa([...data].map((each) => String.fromCharCode(each)).join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') === text, 'spelling')
  return data
}
const same = (members, ...names) => Object.keys(members).sort().join() === names.sort().join()

// JWE: ECDH-ES on X25519 (RFC 8037), Concat KDF (RFC 7518 section 4.6), A256GCM.
async function decrypt(message, own) {
  const segments = message.split('.')
  must(segments.length === 5 && segments[1] === '', 'not a message of this profile')
  const [head, , iv, text, tag] = segments.map(decode)
  const { alg, enc, cty, kid, epk, ...more } = json(head)
  must(alg === 'ECDH-ES' && enc === 'A256GCM' && cty === 'JWT' && same(more) && same(epk, 'kty', 'crv', 'x'), 'header')
  must(kid === own.kid, 'made for another key')
  const mine = await subtle.importKey('jwk', { kty: 'OKP', crv: 'X25519', x: own.x, d: own.d }, 'X25519', false, ['deriveBits'])
  const theirs = await subtle.importKey('jwk', epk, 'X25519', false, [])
  const shared = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: theirs }, mine, 256))
  must(shared.some(Boolean), 'a one-time key that nobody may use') // RFC 7748 section 6.1
  const info = [0, 0, 0, 1, ...shared, 0, 0, 0, 7, ...bytes('A256GCM'), ...new Uint8Array(8), 0, 0, 1, 0]
  const key = await subtle.importKey('raw', await subtle.digest('SHA-256', Uint8Array.from(info)), 'AES-GCM', false, ['decrypt'])
  const how = { name: 'AES-GCM', iv, additionalData: bytes(segments[0]), tagLength: 128 }
  return new TextDecoder().decode(await subtle.decrypt(how, key, Uint8Array.from([...text, ...tag])))
}

// JWS: Ed25519 (RFC 9864), by a key of issuer.jwks.json; then for us, for this key, and in date.
export async function open(message, { own, issuerKeys, issuer, me, now = Math.floor(Date.now() / 1000) }) {
  const token = await decrypt(message, own)
  const [head, body, signature] = token.split('.')
  const { alg, typ, kid, ...more } = json(decode(head))
  must(alg === 'Ed25519' && typ === 'disclosure+jwt' && same(more) && token.split('.').length === 3, 'header of the signature')
  const jwk = issuerKeys.find((each) => each.kid === kid && each.use === 'sig' && each.crv === 'Ed25519')
  must(jwk, 'signed with a key that is not trusted here')
  const key = await subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x: jwk.x }, 'Ed25519', false, ['verify'])
  must(await subtle.verify('Ed25519', key, decode(signature), bytes(`${head}.${body}`)), 'signature')
  const claims = json(decode(body))
  must(claims.iss === issuer, 'another sender')
  must(claims.aud === me && claims.rkid === own.kid, 'made for another recipient: answer not_for_us') // never leave this out
  must(claims.nbf <= now + 60 && now < claims.exp, 'not in date')
  return claims
}

// state: received, opened, not_for_us, acted or destroyed. POST it as {"receipt": …} to /api/v1/inbox/<jti>/receipts.
export async function receipt(message, { signing, me, issuer, jti, state, now = Math.floor(Date.now() / 1000) }) {
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes(message)))
  const h = `sha256:${[...digest].map((each) => each.toString(16).padStart(2, '0')).join('')}`
  const parts = [{ alg: 'Ed25519', kid: signing.kid, typ: 'disclosure-receipt+jwt' }, { iss: me, aud: issuer, sub: jti, h, state, iat: now }]
  const text = parts.map((part) => encode(bytes(JSON.stringify(part)))).join('.')
  const key = await subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x: signing.x, d: signing.d }, 'Ed25519', false, ['sign'])
  return `${text}.${encode(new Uint8Array(await subtle.sign('Ed25519', key, bytes(text))))}`
}
