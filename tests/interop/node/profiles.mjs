// Opens, seals and signs in all three profiles with npm `jose` and npm `hpke`: an independent reading of docs/sealing.md, sharing
// no code with the gateway. Usage: node profiles.mjs FILE, a JSON list of tasks; prints a JSON list of answers. A refusal is null.
import { readFileSync } from 'node:fs'
import * as HPKE from 'hpke'
import { base64url, CompactEncrypt, CompactSign, compactDecrypt, compactVerify, importJWK } from 'jose'

const bytes = (text) => new TextEncoder().encode(text)
const text = (data) => new TextDecoder('utf-8', { fatal: true }).decode(data)
const suite = new HPKE.CipherSuite(HPKE.KEM_MLKEM768_X25519, HPKE.KDF_SHAKE256, HPKE.AEAD_AES_256_GCM)
const info = Uint8Array.of(...bytes('JOSE-HPKE rcpt'), 0xff, ...bytes('A256GCM'), 0xff)
const aesKey = (raw, use) => crypto.subtle.importKey('raw', raw, 'AES-GCM', false, [use])
const KEY = { hpke9: 'HPKE-9-KE', jose: 'ECDH-ES', nlgov: 'RSA-OAEP' }
const SIGNATURE = { hpke9: 'Ed25519', jose: 'Ed25519', nlgov: 'PS256' }

async function decryptHpke(message, key) {
  const [head, wrapped, iv, body, tag] = message.split('.')
  const header = JSON.parse(text(base64url.decode(head)))
  if (header.alg !== 'HPKE-9-KE' || header.enc !== 'A256GCM') throw new Error('another algorithm')
  const pair = await suite.DeserializePrivateKey(base64url.decode(key.priv))
  const contentKey = await suite.Open(pair, base64url.decode(header.ek), base64url.decode(wrapped), { info })
  const sealed = Uint8Array.of(...base64url.decode(body), ...base64url.decode(tag))
  const how = { name: 'AES-GCM', iv: base64url.decode(iv), additionalData: bytes(head) }
  return new Uint8Array(await crypto.subtle.decrypt(how, await aesKey(contentKey, 'decrypt'), sealed))
}

async function encryptHpke(token, to) {
  const contentKey = crypto.getRandomValues(new Uint8Array(32))
  const key = await suite.DeserializePublicKey(base64url.decode(to.pub))
  const { encapsulatedSecret, ciphertext } = await suite.Seal(key, contentKey, { info })
  const header = { alg: 'HPKE-9-KE', enc: 'A256GCM', cty: 'JWT', kid: to.kid, ek: base64url.encode(encapsulatedSecret) }
  const head = base64url.encode(JSON.stringify(header))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const how = { name: 'AES-GCM', iv, additionalData: bytes(head) }
  const sealed = new Uint8Array(await crypto.subtle.encrypt(how, await aesKey(contentKey, 'encrypt'), bytes(token)))
  return [head, ...[ciphertext, iv, sealed.slice(0, -16), sealed.slice(-16)].map((part) => base64url.encode(part))].join('.')
}

async function decrypt(profile, message, key) {
  if (profile === 'hpke9') return decryptHpke(message, key)
  const options = { keyManagementAlgorithms: [KEY[profile]], contentEncryptionAlgorithms: ['A256GCM'] }
  return (await compactDecrypt(message, await importJWK(key, KEY[profile]), options)).plaintext
}

const TASKS = {
  async open({ profile, message, key, issuer }) {
    const token = await decrypt(profile, message, key)
    const trusted = async () => importJWK(issuer, SIGNATURE[profile])
    const { payload, protectedHeader } = await compactVerify(token, trusted, { algorithms: [SIGNATURE[profile]] })
    if (protectedHeader.typ !== 'disclosure+jwt' || protectedHeader.kid !== issuer.kid) throw new Error('another header')
    return JSON.parse(text(payload))
  },
  async sign({ profile, key, typ, claims }) {
    const header = { alg: SIGNATURE[profile], kid: key.kid, typ }
    const signing = new CompactSign(bytes(JSON.stringify(claims))).setProtectedHeader(header)
    return signing.sign(await importJWK(key, SIGNATURE[profile]))
  },
  async seal({ profile, to, key, typ, claims }) {
    const token = await TASKS.sign({ profile, key, typ, claims })
    if (profile === 'hpke9') return encryptHpke(token, to)
    const header = { alg: KEY[profile], enc: 'A256GCM', cty: 'JWT', kid: to.kid, ...(profile === 'nlgov' ? { typ: 'JWE' } : {}) }
    return new CompactEncrypt(bytes(token)).setProtectedHeader(header).encrypt(await importJWK(to, KEY[profile]))
  },
}

const answers = []
for (const task of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  try {
    answers.push(await TASKS[task.op](task))
  } catch {
    answers.push(null)
  }
}
console.log(JSON.stringify(answers))
