// Signs and encrypts a message of profile `jose` with WebCrypto alone, from the standards: a sender that shares no code
// with the gateway (RFC 7515, 7516, 7518 section 4.6, 8037, 9864).
const utf8 = (text) => new TextEncoder().encode(text)
const url = (data) =>
  btoa(Array.from(new Uint8Array(data), (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const part = (value) => url(utf8(JSON.stringify(value)))

export async function signed(claims, { kid, x, d }, typ) {
  const text = `${part({ typ, kid, alg: 'Ed25519' })}.${part(claims)}`
  const key = await crypto.subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x, d }, 'Ed25519', false, ['sign'])
  return `${text}.${url(await crypto.subtle.sign('Ed25519', key, utf8(text)))}`
}

export async function sealed(token, { kid, x }) {
  const theirs = await crypto.subtle.importKey('jwk', { kty: 'OKP', crv: 'X25519', x }, 'X25519', false, [])
  const once = await crypto.subtle.generateKey('X25519', true, ['deriveBits'])
  const { kty, crv, x: point } = await crypto.subtle.exportKey('jwk', once.publicKey)
  const shared = await crypto.subtle.deriveBits({ name: 'X25519', public: theirs }, once.privateKey, 256)
  const number = (value) => [0, 0, 0, value]
  const info = [...number(1), ...new Uint8Array(shared), ...number(7), ...utf8('A256GCM'), ...number(0), ...number(0), 0, 0, 1, 0]
  const raw = await crypto.subtle.digest('SHA-256', Uint8Array.from(info))
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt'])
  const header = part({ enc: 'A256GCM', alg: 'ECDH-ES', cty: 'JWT', kid, epk: { kty, crv, x: point } })
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const how = { name: 'AES-GCM', iv, additionalData: utf8(header), tagLength: 128 }
  const text = new Uint8Array(await crypto.subtle.encrypt(how, key, utf8(token)))
  return [header, '', url(iv), url(text.slice(0, -16)), url(text.slice(-16))].join('.')
}
