// Opens an envelope with npm `jose` and Node's own crypto: an independent reading of docs and standards, sharing no code
// with the gateway. Usage: node open.mjs '{"envelope","keys","issuer_keys","vkey","origin","issuer","me","now"}' (a file).
// Prints {"ok": true, "claims": {…}} and exits 0, or {"ok": false, "failed": "<check>"} and exits 1.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { compactDecrypt, compactVerify, calculateJwkThumbprint, importJWK } from 'jose'

const input = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
let step = 'input'

function must(condition) {
  if (!condition) throw new Error('refused')
}

// Base64 has one right spelling; Buffer.from() forgives all others.
function unbase64(text) {
  const bytes = Buffer.from(text, 'base64')
  must(bytes.toString('base64') === text)
  return bytes
}

// C2SP signed-note: <text>\n\n— <name> <base64(key id || signature)>\n
function verifyNote(note, vkey) {
  const [name, id, ...rest] = vkey.split('+')
  const key = unbase64(rest.join('+'))
  must(key.length === 33 && key[0] === 1)
  must(sha256(name + '\n', key).subarray(0, 4).toString('hex') === id)
  const gap = note.lastIndexOf('\n\n')
  must(gap > 0)
  const text = note.slice(0, gap + 1)
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)])
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const ours = note
    .slice(gap + 2)
    .split('\n')
    .filter((line) => line.startsWith(`\u2014 ${name} `))
    .map((line) => unbase64(line.split(' ')[2]))
    .filter((bytes) => bytes.subarray(0, 4).toString('hex') === id)
  must(ours.length === 1)
  must(verifySignature(null, Buffer.from(text), publicKey, ours[0].subarray(4)))
  return text
}

// RFC 9162 section 2.1.3.2
function rootFrom(leaf, index, size, path) {
  must(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)
  let node = index
  let last = size - 1
  let current = leaf
  for (const step of path) {
    must(last !== 0 && step.length === 32)
    if (node % 2 === 1 || node === last) {
      current = sha256(Buffer.of(1), step, current)
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2)
        last = Math.floor(last / 2)
      }
    } else {
      current = sha256(Buffer.of(1), current, step)
    }
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  must(last === 0)
  return current
}

// C2SP tlog-proof@v1: header, optional extra line, index line, hashes, empty line, checkpoint.
function readProof(text) {
  const gap = text.indexOf('\n\n')
  const lines = text.slice(0, gap).split('\n')
  must(lines.shift() === 'c2sp.org/tlog-proof@v1')
  if (lines[0]?.startsWith('extra ')) lines.shift()
  const index = /^index (0|[1-9][0-9]*)$/.exec(lines.shift())
  must(index)
  return { index: Number(index[1]), path: lines.map(unbase64), note: text.slice(gap + 2) }
}

async function open() {
  const { envelope, me } = input
  step = 'form'
  must(Object.keys(envelope).sort().join() === 'leaf,message,opening,proof')
  const bytes = unbase64(envelope.leaf)
  const leaf = JSON.parse(bytes.toString('utf8'))
  must(leaf.v === 1 && leaf.type === 'release')

  step = 'payload digest'
  must('sha256:' + sha256(envelope.message).toString('hex') === leaf.payload)

  step = 'recipient'
  const { salt, value } = envelope.opening.recipient
  must(value === me)
  const commitment = sha256(
    'disclosure-commit/v1/recipient\0',
    unbase64(salt),
    JSON.stringify(value),
  )
  must('sha256:' + commitment.toString('hex') === leaf.recipient)

  step = 'log signature'
  const proof = readProof(envelope.proof)
  const checkpoint = verifyNote(proof.note, input.vkey).split('\n')
  must(checkpoint[0] === input.origin && /^(0|[1-9][0-9]*)$/.test(checkpoint[1]))

  step = 'inclusion'
  const root = rootFrom(sha256(Buffer.of(0), bytes), proof.index, Number(checkpoint[1]), proof.path)
  must(root.equals(unbase64(checkpoint[2])))

  step = 'decryption'
  const enc = input.keys.keys.find((key) => key.crv === 'X25519')
  const { plaintext } = await compactDecrypt(envelope.message, await importJWK(enc, 'ECDH-ES'), {
    keyManagementAlgorithms: ['ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
  })

  step = 'signature'
  const { payload } = await compactVerify(
    plaintext,
    async (header) => {
      must(header.typ === 'disclosure+jwt')
      const found = input.issuer_keys.keys.find((key) => key.kid === header.kid)
      must(found)
      return importJWK(found, 'Ed25519')
    },
    { algorithms: ['Ed25519'] },
  )
  const claims = JSON.parse(new TextDecoder().decode(payload))

  step = 'audience' // a partner that checks only the signature accepts what another partner re-encrypted to it
  must(claims.aud === me)
  step = 'recipient key'
  const { kty, crv, x } = enc
  must(claims.rkid === (await calculateJwkThumbprint({ kty, crv, x })))
  step = 'issuer'
  must(claims.iss === input.issuer)
  step = 'time'
  must(Number.isInteger(claims.exp) && claims.nbf <= input.now && input.now < claims.exp)
  return claims
}

try {
  console.log(JSON.stringify({ ok: true, claims: await open() }))
} catch {
  console.log(JSON.stringify({ ok: false, failed: step }))
  process.exitCode = 1
}
