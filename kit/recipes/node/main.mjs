// node main.mjs open|receipt ENVELOPE KEYS ISSUER-KEYS ISSUER ME [JTI STATE]   (the files of your folder; see README.md)
import { readFileSync } from 'node:fs'
import { open, receipt } from './disclosure.mjs'

const [command, envelope, keys, issuerKeys, issuer, me, jti, state] = process.argv.slice(2)
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const { message } = read(envelope)
const of = (use) => read(keys).keys.find((key) => key.use === use)
try {
  if (command === 'open') console.log(JSON.stringify(await open(message, { own: of('enc'), issuerKeys: read(issuerKeys).keys, issuer, me })))
  else console.log(await receipt(message, { signing: of('sig'), me, issuer, jti, state }))
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
