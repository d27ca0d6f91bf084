// Says of many cases what the page's modules say, joined as in the page. Usage: node verdicts.mjs <joined> < cases.jsonl
// A case is {trust, envelope, me, now} and, to be opened as well, {keys, issuer_keys, issuer}. Prints one word a line:
// "in order", "unwitnessed", "opened" or "refused" and "unreadable" with their code.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const { $disclosure, $envelope, $jwk, $refusal, $trust } = await import(pathToFileURL(process.argv[2]))
const { checkEnvelope } = $envelope
const { openDisclosure } = $disclosure
const { readKeyPairs, readKeySet } = $jwk
const { Refused, Unreadable } = $refusal
const { readTrust } = $trust
const kept = new Map()

function once(read, source) {
  if (!kept.has(source)) kept.set(source, read(source))
  return kept.get(source)
}

async function verdict({ envelope, trust, me, now, keys, issuer_keys: issuerKeys, issuer }) {
  try {
    const found = await checkEnvelope(envelope, await once(readTrust, trust), { now, me })
    if (!found.witnessed) return 'unwitnessed'
    if (!keys) return 'in order'
    const pair = (await once(readKeyPairs, keys)).enc
    const claims = await openDisclosure(found.envelope.message, {
      pair,
      issuerKeys: await once(readKeySet, issuerKeys),
      issuer,
      me,
      now,
      recalls: true,
    })
    return `opened ${claims.jti}`
  } catch (error) {
    if (error instanceof Refused) return `refused ${error.code}`
    if (error instanceof Unreadable) return `unreadable ${error.code}`
    throw error
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(await verdict(JSON.parse(line)))
