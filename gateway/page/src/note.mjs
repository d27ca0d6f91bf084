// Signed notes (C2SP signed-note), checkpoints (C2SP tlog-checkpoint) and witnesses' signatures (C2SP tlog-cosignature).
import { concat, equal, sha256, unbase64, utf8 } from './bytes.mjs'
import { isSigned } from './ed25519.mjs'
import { must } from './refusal.mjs'

export const LOG = 1 // kinds of keys: over the text itself,
export const WITNESS = 4 // and over a time and the text
// What Python, with which the gateway and its kit are written, holds for white space.
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const NAME = new RegExp(`^[^${SPACE}+\\u0000-\\u001f\\p{Surrogate}]{1,255}$`, 'u')
const SIGNATURE = new RegExp(`^\\u2014 ([^${SPACE}+]+) ([A-Za-z0-9+/=]+)$`, 'u')
export const NUMBER = /^(?:0|[1-9][0-9]{0,17})$/
const LAST = BigInt(Date.UTC(9999, 0, 1) / 1000) // what the kit's calendar can still say

// Returns {name, id, key} of a verifier key `<name>+<id>+<base64>` of this kind.
export async function readKey(vkey, kind) {
  const [name, identity, ...rest] = vkey.split('+')
  must(rest.length > 0 && NAME.test(name), 'key')
  const raw = unbase64(rest.join('+'))
  must(raw.length === 33 && raw[0] === kind, 'key')
  const id = (await sha256(utf8(`${name}\n`), raw)).subarray(0, 4)
  must(Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('') === identity, 'key')
  return { name, id, key: raw.subarray(1) }
}

// Returns {text, lines: [{name, raw}]}; nothing is verified by that.
export function readNote(note) {
  const gap = note.lastIndexOf('\n\n')
  must(gap >= 0 && note.endsWith('\n') && note.length > gap + 2, 'note')
  const lines = note
    .slice(gap + 2, -1)
    .split('\n')
    .map((line) => SIGNATURE.exec(line))
  must(lines.every(Boolean), 'note')
  return { text: note.slice(0, gap + 1), lines: lines.map(([, name, raw]) => ({ name, raw: unbase64(raw) })) }
}

// Returns {origin, size, root} of a checkpoint's text, exactly three lines.
export function readCheckpoint(text) {
  const lines = text.split('\n')
  must(lines.length === 4 && lines[0] && !lines[3] && NUMBER.test(lines[1]), 'checkpoint')
  const root = unbase64(lines[2])
  must(root.length === 32, 'checkpoint')
  return { origin: lines[0], size: BigInt(lines[1]), root }
}

function of(key, lines) {
  return lines.filter(({ name, raw }) => name === key.name && equal(raw.subarray(0, 4), key.id)).map(({ raw }) => raw.subarray(4))
}

// Says whether the key signed the note: at least once, and each time rightly.
export async function signedBy(key, { text, lines }) {
  const found = of(key, lines)
  for (const signature of found) {
    if (!(await isSigned(key.key, utf8(text), signature))) return false
  }
  return found.length > 0
}

// Returns when a witness first saw the note, in seconds since 1970 (a BigInt); null when it did not.
export async function seenAt(key, { text, lines }) {
  let first = null
  for (const stamped of of(key, lines)) {
    must(stamped.length >= 8, 'cosignature')
    const seconds = new DataView(concat(stamped.subarray(0, 8)).buffer).getBigUint64(0)
    const statement = utf8(`cosignature/v1\ntime ${seconds}\n${text}`)
    must((await isSigned(key.key, statement, stamped.subarray(8))) && seconds < LAST, 'cosignature')
    if (first === null || seconds < first) first = seconds
  }
  return first
}
