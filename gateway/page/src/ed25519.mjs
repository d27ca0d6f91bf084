// Ed25519 (RFC 8032) by the browser. It takes points of small order, under which one signature fits many texts, and
// spellings beyond the field; those are refused here first, as libsodium does.
import { concat, hex, unhex } from './bytes.mjs'

const PKCS8 = unhex('302e020100300506032b657004220420')
const FIELD = 2n ** 255n - 19n
// y of the points whose order divides 8, and the second spellings of 0 and 1; the sign bit does not count.
const SMALL = new Set([
  0n,
  1n,
  FIELD - 1n,
  FIELD,
  FIELD + 1n,
  littleEndian(unhex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')),
  littleEndian(unhex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')),
])

export function littleEndian(bytes) {
  return BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`)
}

function height(bytes) {
  return littleEndian(bytes) & (2n ** 255n - 1n)
}

export function isGoodPoint(bytes) {
  return bytes.length === 32 && height(bytes) < FIELD && !SMALL.has(height(bytes))
}

// Says whether this is the key's signature over the bytes.
export async function isSigned(publicKey, bytes, signature) {
  if (signature.length !== 64 || !isGoodPoint(publicKey) || SMALL.has(height(signature.subarray(0, 32)))) return false
  try {
    const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
    return await crypto.subtle.verify('Ed25519', key, signature, bytes)
  } catch {
    return false
  }
}

export async function sign(secret, bytes) {
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, secret), 'Ed25519', false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes))
}
