// X-Wing (MLKEM768-X25519, HPKE KEM 0x647a): ML-KEM-768 (FIPS 203) and X25519 side by side, so that one of them may fall.
// A private key is a seed of 32 bytes. ML-KEM is the browser's own where it has one, else the vendored one.
import { shake256, sha3_256 as sha3 } from '../vendor/noble-hashes/sha3.js'
import { ml_kem768 as vendored } from '../vendor/noble-post-quantum/ml-kem.js'
import { concat, utf8 } from './bytes.mjs'
import { exchange, isExchangePoint, publicPoint } from './x25519.mjs'

const LATTICE = 1184 // bytes of the ML-KEM half of a public key
const CIPHERTEXT = 1088
export const PUBLIC = LATTICE + 32
export const ENCAPSULATED = CIPHERTEXT + 32
const LABEL = utf8('\\.//^\\')
const MODULUS = 3329

function halves(seed) {
  const expanded = shake256(seed, { dkLen: 96 })
  return [expanded.subarray(0, 64), expanded.subarray(64)]
}

// Each number of 12 bits must be reduced (FIPS 203 section 7.2), or two keys would be one.
export function isEncapsulationKey(bytes) {
  if (bytes.length !== PUBLIC || !isExchangePoint(bytes.subarray(LATTICE))) return false
  for (let at = 0; at < LATTICE - 32; at += 3) {
    const [low, middle, high] = bytes.subarray(at, at + 3)
    if ((low | ((middle & 15) << 8)) >= MODULUS || ((middle >> 4) | (high << 4)) >= MODULUS) return false
  }
  return true
}

export async function publicFromSeed(seed) {
  const [lattice, curve] = halves(seed)
  return concat(vendored.keygen(lattice).publicKey, await publicPoint(curve))
}

// Returns the secret of 32 bytes that the sender encapsulated.
export async function decapsulate(seed, ek) {
  const [lattice, curve] = halves(seed)
  const [ciphertext, theirs] = [ek.subarray(0, CIPHERTEXT), ek.subarray(CIPHERTEXT)]
  const secrets = [await unwrap(lattice, ciphertext), await exchange(curve, theirs)]
  return sha3(concat(...secrets, theirs, await publicPoint(curve), LABEL))
}

async function unwrap(seed, ciphertext) {
  if (!(await hasMlKem())) return vendored.decapsulate(ciphertext, vendored.keygen(seed).secretKey)
  const key = await crypto.subtle.importKey('raw-seed', seed, 'ML-KEM-768', false, ['decapsulateBits'])
  return new Uint8Array(await crypto.subtle.decapsulateBits('ML-KEM-768', key, ciphertext))
}

// Asks whether the browser knows ML-KEM-768.
export async function hasMlKem() {
  try {
    await crypto.subtle.importKey('raw-seed', new Uint8Array(64), 'ML-KEM-768', false, ['decapsulateBits'])
    return true
  } catch {
    return false
  }
}
