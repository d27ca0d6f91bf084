// Asks the page's own functions about public vectors. Usage: node vectors.mjs <joined> < {"ed25519", "x25519", "mlkem"}.
// Prints JSON: per suite the answers in order; null where the page refuses.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const { $bytes, $ed25519, $x25519, $vendored } = await import(pathToFileURL(process.argv[2]))
const { hex, unhex } = $bytes
const asked = JSON.parse(readFileSync(0, 'utf8'))

async function tried(answer) {
  try {
    return await answer()
  } catch {
    return null
  }
}

async function exchanged({ private: secret, public: theirs }) {
  if (!$x25519.isExchangePoint(unhex(theirs))) return null
  return hex(await $x25519.exchange(unhex(secret), unhex(theirs)))
}

const answers = { ed25519: [], x25519: [], mlkem: [] }
for (const { key, msg, sig } of asked.ed25519) answers.ed25519.push(await $ed25519.isSigned(unhex(key), unhex(msg), unhex(sig)))
for (const each of asked.x25519) answers.x25519.push(await tried(() => exchanged(each)))
for (const { seed, c } of asked.mlkem) {
  answers.mlkem.push(await tried(() => hex($vendored.ml_kem768.decapsulate(unhex(c), $vendored.ml_kem768.keygen(unhex(seed)).secretKey))))
}
console.log(JSON.stringify(answers))
