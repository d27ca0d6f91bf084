// The reader's signed statement about one message, as a file to send: compact JWS, typ disclosure-receipt+jwt.
import { digest, utf8 } from './bytes.mjs'
import { signToken } from './jws.mjs'

export async function makeReceipt(message, { key, me, issuer, id, state, now }) {
  const h = await digest(utf8(message))
  return signToken({ aud: issuer, h, iat: now, iss: me, state, sub: id }, { typ: 'disclosure-receipt+jwt', key })
}
