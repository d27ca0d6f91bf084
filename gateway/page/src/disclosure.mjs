// Opens a message after the envelope was checked: decrypt, verify, and see that it was made for this reader.
// The signature alone is not enough: another partner can open its own message and encrypt the sender's signed text again
// to us. So `aud` and `rkid`, inside the signature, must name us and our key.
import { openHpke9 } from './hpke9.mjs'
import { openJose } from './jose.mjs'
import { isObject, isWhole } from './json.mjs'
import { typeOf, verifyToken } from './jws.mjs'
import { openLink } from './link.mjs'
import { openNlgov } from './nlgov.mjs'
import { must } from './refusal.mjs'

const TYPE = 'disclosure+jwt'
const RECALL = 'recall+jwt'
const SKEW = 60 // seconds that the sender's clock may run ahead; an expired message is expired
const ID = /^[0-9a-f]{32}$/
const DIGEST = /^sha256:[0-9a-f]{64}$/
// How a message is opened follows from the reader's own key, never from what the message says.
const OPENERS = { 'ECDH-ES': openJose, 'HPKE-9-KE': openHpke9, 'RSA-OAEP': openNlgov, dir: openLink }

// Returns the claims of a message that `issuer` made for the partner `me` and this pair of keys, and that is in date.
// With `recalls` a recall is read as well: it has `recalls`, the id of the message to destroy, and no data.
export async function openDisclosure(message, { pair, issuerKeys, issuer, me, now, recalls = false, tell = () => {} }) {
  const token = await OPENERS[pair.alg](message, pair)
  tell('opened', {})
  const typ = recalls && typeOf(token) === RECALL ? RECALL : TYPE
  const claims = await verifyToken(token, { typ, keys: issuerKeys })
  must(claims.iss === issuer, 'issuer')
  tell('issuer', { issuer })
  must(claims.aud === me, 'audience')
  must(claims.rkid === pair.kid, 'audience')
  tell('audience', { recipient: me })
  checkTimes(claims, now)
  tell('dates', { until: claims.exp })
  const forms = typ === RECALL ? RECALL_FORMS : FORMS
  for (const [name, fits] of Object.entries(forms)) must(Object.hasOwn(claims, name) && fits(claims[name]), 'form')
  return claims
}

function checkTimes({ iat, nbf, exp }, now) {
  must([iat, nbf, exp].every(isWhole), 'form')
  must(iat <= nbf && nbf < exp, 'form')
  must(nbf <= now + SKEW, 'early')
  must(now < exp, 'expired')
}

const isWord = (value) => typeof value === 'string' && value !== ''
const FORMS = {
  jti: (value) => typeof value === 'string' && ID.test(value),
  sub: isWord,
  ground: isWord,
  purpose: isWord,
  legal_basis: (value) => Array.isArray(value) && value.every((basis) => typeof basis === 'string'),
  obligations: (value) => isObject(value) && ['onward_disclosure', 'destroy_by'].every((name) => Object.hasOwn(value, name)),
  bundle: (value) => typeof value === 'string' && DIGEST.test(value),
  approval_digest: (value) => typeof value === 'string' && DIGEST.test(value),
  subjects: (value) => Array.isArray(value) && value.length > 0 && value.every(isSubject),
}
const RECALL_FORMS = { jti: FORMS.jti, recalls: FORMS.jti, asks: (value) => value === 'destroy' }

function isSubject(value) {
  return (
    isObject(value) &&
    Object.hasOwn(value, 'ref') &&
    isObject(value.data) &&
    Object.keys(value).every((name) => ['ref', 'role', 'data'].includes(name))
  )
}
