// Checks a message's envelope against the reader's trust policy, step by step, without opening it.
import { digest, hex, isText, unbase64, utf8 } from './bytes.mjs'
import { checkInclusion, commitment, readLeaf, readProof } from './entry.mjs'
import { has, parseJson } from './json.mjs'
import { must, Refused } from './refusal.mjs'
import { checkLog, checkMoment, isEnough, seenBy } from './trust.mjs'

// Returns {message, leaf, proof, salt, recipient}; nothing is verified by that.
export function readEnvelope(source) {
  let members
  try {
    members = parseJson(source)
  } catch {
    throw new Refused('envelope')
  }
  const { message, leaf, proof, opening } = has(members, 'message', 'leaf', 'proof', 'opening') ? members : {}
  must(has(opening, 'recipient') && has(opening.recipient, 'salt', 'value'), 'envelope')
  const { salt, value } = opening.recipient
  must([message, leaf, proof, salt, value].every(isText), 'envelope')
  return { message, leaf: unbase64(leaf), proof, salt: unbase64(salt), recipient: value }
}

// Returns {envelope, origin, index, size, at, seen, witnessed} when all holds but perhaps the witnesses' word, which
// `witnessed` is about. `now` in seconds since 1970; `me` may be null: then it may be for anyone.
// `tell(check, details)` is called after each check that holds.
export async function checkEnvelope(source, trust, { now, me = null, tell = () => {} }) {
  const envelope = readEnvelope(source)
  const proof = readProof(envelope.proof)
  const checkpoint = await checkLog(trust, proof.checkpoint)
  tell('log', { origin: checkpoint.origin })
  await checkInclusion(envelope.leaf, proof, checkpoint)
  tell('inclusion', { index: proof.index, size: checkpoint.size })
  const leaf = readLeaf(envelope.leaf, proof.index)
  const seen = await seenBy(trust, checkpoint.note, now)
  checkMoment(leaf.at, seen, now)
  const witnessed = isEnough(trust, seen)
  if (witnessed) tell('witnesses', { seen, asked: trust.quorum !== 'none' })
  must(leaf.payload === (await digest(utf8(envelope.message))), 'message')
  tell('message', { at: leaf.at })
  const committed = `sha256:${hex(await commitment(envelope.salt, envelope.recipient))}`
  must(envelope.salt.length === 32 && leaf.recipient === committed, 'recipient')
  must(me === null || me === envelope.recipient, 'somebody')
  tell('recipient', { recipient: envelope.recipient })
  const { index } = proof
  const { origin, size } = checkpoint
  return { envelope, origin, index, size, at: leaf.at, seen, witnessed }
}
