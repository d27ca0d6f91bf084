// The kinds of keys that are taken, each for one use and one algorithm: RFC 8037, RFC 7518, draft-ietf-jose-hpke-pq-pqt.
import { equal, hex, unbase64url, utf8 } from './bytes.mjs'
import { isGoodPoint, isSigned, sign } from './ed25519.mjs'
import { isExchangePoint, publicPoint } from './x25519.mjs'
import { isEncapsulationKey, publicFromSeed, PUBLIC } from './xwing.mjs'

const RSA_SECRETS = ['d', 'p', 'q', 'dp', 'dq', 'qi']
const SAMPLE = utf8('do these halves belong together?')

function bytesOf(text, length) {
  const bytes = unbase64url(text)
  return bytes.length === length ? bytes : null
}

function isModulus({ n, e }) {
  const bytes = unbase64url(n)
  const bits = bytes.length * 8 - Math.clz32(bytes[0] ?? 0) + 24
  return e === 'AQAB' && bytes[0] !== 0 && bits >= 3072 && bits <= 4096 && bytes[bytes.length - 1] % 2 === 1
}

// The eight numbers must be of one key: with the last five a browser computes, and it compares none of them with `d`.
function rsaBelongs(jwk) {
  const [n, e, d, p, q, dp, dq, qi] = ['n', 'e', ...RSA_SECRETS].map((name) => bigEndian(unbase64url(jwk[name])))
  const [one, other] = [p - 1n, q - 1n]
  if (n !== p * q || one < 2n || other < 2n || dp !== d % one || dq !== d % other) return false
  return (dp * e) % one === 1n && (dq * e) % other === 1n && (qi * q) % p === 1n
}

function bigEndian(bytes) {
  return BigInt(`0x${hex(bytes) || '0'}`)
}

function rsaKey(jwk, name, hash, use) {
  return crypto.subtle.importKey('jwk', { kty: 'RSA', ...jwk }, { name, hash }, false, [use])
}

function rsaNumbers(jwk, secret) {
  const names = secret ? ['n', 'e', ...RSA_SECRETS] : ['n', 'e']
  return Object.fromEntries(names.map((name) => [name, jwk[name]]))
}

async function rsaSigned(jwk, bytes, signature) {
  const key = await rsaKey(rsaNumbers(jwk, false), 'RSA-PSS', 'SHA-256', 'verify')
  return crypto.subtle.verify({ name: 'RSA-PSS', saltLength: 32 }, key, signature, bytes)
}

async function rsaSign(jwk, bytes) {
  const key = await rsaKey(rsaNumbers(jwk, true), 'RSA-PSS', 'SHA-256', 'sign')
  return new Uint8Array(await crypto.subtle.sign({ name: 'RSA-PSS', saltLength: 32 }, key, bytes))
}

export async function rsaDecrypt(jwk, bytes) {
  const key = await rsaKey(rsaNumbers(jwk, true), 'RSA-OAEP', 'SHA-1', 'decrypt')
  return new Uint8Array(await crypto.subtle.decrypt('RSA-OAEP', key, bytes))
}

// For each kind: `fixed` members, those that may be shown, those that only the owner has; what names a key (RFC 7638).
export const KINDS = [
  {
    use: 'sig',
    alg: 'Ed25519',
    others: ['EdDSA'],
    fixed: { kty: 'OKP', crv: 'Ed25519' },
    shown: ['x'],
    hidden: ['d'],
    named: ['crv', 'kty', 'x'],
    isGood: ({ x }) => isGoodPoint(bytesOf(x, 32) ?? []),
    belong: async ({ x, d }) => {
      const secret = bytesOf(d, 32)
      return Boolean(secret) && isSigned(unbase64url(x), SAMPLE, await sign(secret, SAMPLE))
    },
    isSigned: ({ x }, bytes, signature) => isSigned(unbase64url(x), bytes, signature),
    sign: ({ d }, bytes) => sign(unbase64url(d), bytes),
  },
  {
    use: 'enc',
    alg: 'ECDH-ES',
    others: [],
    fixed: { kty: 'OKP', crv: 'X25519' },
    shown: ['x'],
    hidden: ['d'],
    named: ['crv', 'kty', 'x'],
    isGood: ({ x }) => isExchangePoint(bytesOf(x, 32) ?? []),
    belong: async ({ x, d }) => {
      const secret = bytesOf(d, 32)
      return Boolean(secret) && equal(await publicPoint(secret), unbase64url(x))
    },
  },
  {
    use: 'enc',
    alg: 'HPKE-9-KE',
    others: [],
    fixed: { kty: 'AKP', alg: 'HPKE-9-KE' },
    shown: ['pub'],
    hidden: ['priv'],
    named: ['alg', 'kty', 'pub'],
    isGood: ({ pub }) => isEncapsulationKey(bytesOf(pub, PUBLIC) ?? []),
    belong: async ({ pub, priv }) => {
      const seed = bytesOf(priv, 32)
      return Boolean(seed) && equal(await publicFromSeed(seed), unbase64url(pub))
    },
  },
  {
    use: 'sig',
    alg: 'PS256',
    others: [],
    fixed: { kty: 'RSA' },
    shown: ['n', 'e'],
    hidden: RSA_SECRETS,
    named: ['e', 'kty', 'n'],
    isGood: isModulus,
    belong: rsaBelongs,
    isSigned: rsaSigned,
    sign: rsaSign,
  },
  {
    use: 'enc',
    alg: 'RSA-OAEP',
    others: [],
    fixed: { kty: 'RSA' },
    shown: ['n', 'e'],
    hidden: RSA_SECRETS,
    named: ['e', 'kty', 'n'],
    isGood: isModulus,
    belong: rsaBelongs,
  },
]
