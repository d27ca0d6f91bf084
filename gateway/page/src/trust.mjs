// Whom the reader trusts (C2SP tlog-policy): the log's keys, its witnesses, and how many of them must have seen an entry.
import { hex } from './bytes.mjs'
import { LOG, WITNESS, readCheckpoint, readKey, readNote, seenAt, signedBy } from './note.mjs'
import { must, Refused, Unreadable } from './refusal.mjs'

const CLOCKS = 300n // seconds that the clocks of log, witnesses and reader may differ
const COUNT = /^(?:any|all|[1-9][0-9]{0,2})$/

// Returns the trust policy of a file's text; throws Unreadable with the first line that is not as it should be.
export async function readTrust(source) {
  const trust = { logs: [], witnesses: [], groups: [], quorum: null }
  const seen = { names: new Set(), members: new Set(), keys: new Set() }
  let number = 0
  for (const line of source.split('\n')) {
    number += 1
    const words = line.split(/[ \t]+/).filter(Boolean)
    if (!words.length || words[0].startsWith('#')) continue
    try {
      await readLine(trust, seen, words)
    } catch (error) {
      throw error instanceof Refused ? new Unreadable('trust', number) : error
    }
  }
  if (trust.quorum === null) throw new Unreadable('quorum')
  return trust
}

async function readLine(trust, seen, [kind, ...rest]) {
  const size = rest.length
  if (kind === 'log' && (size === 1 || size === 2)) {
    trust.logs.push(await newKey(seen, rest[0], LOG))
  } else if (kind === 'witness' && (size === 2 || size === 3)) {
    trust.witnesses.push({ known: define(seen, rest[0]), ...(await newKey(seen, rest[1], WITNESS)) })
  } else if (kind === 'group' && size >= 3) {
    const [name, count, ...members] = rest
    must(members.every((member) => seen.names.has(member) && !seen.members.has(member)), 'line')
    must(new Set(members).size === members.length && COUNT.test(count), 'line')
    const needed = { any: 1, all: members.length }[count] ?? Number(count)
    must(needed <= members.length, 'line')
    for (const member of members) seen.members.add(member)
    trust.groups.push({ name: define(seen, name), needed, members })
  } else {
    must(kind === 'quorum' && size === 1 && trust.quorum === null, 'line')
    must(rest[0] === 'none' || seen.names.has(rest[0]), 'line')
    trust.quorum = rest[0]
  }
}

function define({ names }, name) {
  must(name !== 'none' && !names.has(name), 'line')
  names.add(name)
  return name
}

async function newKey({ keys }, vkey, kind) {
  const key = await readKey(vkey, kind)
  const mark = `${kind} ${hex(key.key)}`
  must(!keys.has(mark), 'line')
  keys.add(mark)
  return key
}

// Returns {origin, size, root, note} of a checkpoint that a trusted log signed under its own name.
export async function checkLog(trust, source) {
  const note = readNote(source)
  const checkpoint = readCheckpoint(note.text)
  for (const key of trust.logs) {
    if (key.name === checkpoint.origin && (await signedBy(key, note))) return { ...checkpoint, note }
  }
  throw new Refused('log')
}

// Returns [{name, at}] of the witnesses that saw the note; each of their signatures must fit, and none be of the future.
export async function seenBy(trust, note, now) {
  const seen = []
  for (const witness of trust.witnesses) {
    const at = await seenAt(witness, note)
    if (at === null) continue
    must(at <= BigInt(now) + CLOCKS, 'future')
    seen.push({ name: witness.known, at })
  }
  return seen
}

export function isEnough(trust, seen) {
  const enough = new Set(['none', ...seen.map(({ name }) => name)])
  for (const { name, needed, members } of trust.groups) {
    if (members.filter((member) => enough.has(member)).length >= needed) enough.add(name)
  }
  return enough.has(trust.quorum)
}

// The entry must not be of a later time than now, or than the witnesses' word.
export function checkMoment(at, seen, now) {
  const earliest = [BigInt(now), ...seen.map((each) => each.at)].reduce((one, other) => (other < one ? other : one))
  must(at <= earliest + CLOCKS, 'later')
}
