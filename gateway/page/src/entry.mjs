// The log entry that is stapled to a message: its place in the tree (C2SP tlog-proof, RFC 9162 section 2.1.3.2) and its
// closed form (docs/proof.md).
import { concat, equal, latin1, sha256, unbase64, utf8 } from './bytes.mjs'
import { NUMBER } from './note.mjs'
import { must } from './refusal.mjs'

const LONGEST_PATH = 63
const LARGEST = 4096
const DIGEST = 'sha256:[0-9a-f]{64}'
const TYPES = 'decision|release|approval|review|receipt|recall|erasure|access|policy|key|witness'
const LEAF = new RegExp(
  `^{"bundle":"${DIGEST}","detail":"${DIGEST}","id":"[0-9a-f]{32}","outcome":"[a-z_]{1,32}",` +
    `(?:"payload":"(?<payload>${DIGEST})",)?(?:"prev":(?<prev>0|[1-9][0-9]{0,15}),)?` +
    `(?:"recipient":"(?<recipient>${DIGEST})",)?` +
    '"time":"(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z)",' +
    `"type":"(?<type>${TYPES})","v":1}$`,
)

// Returns {index, path, checkpoint}. Extra data is refused: nothing authenticates it.
export function readProof(source) {
  const gap = source.indexOf('\n\n')
  must(gap >= 0, 'proof')
  const [version, index, ...path] = source.slice(0, gap).split('\n')
  must(version === 'c2sp.org/tlog-proof@v1' && index?.startsWith('index ') && NUMBER.test(index.slice(6)), 'proof')
  const hashes = path.map(unbase64)
  must(hashes.length <= LONGEST_PATH && hashes.every((step) => step.length === 32), 'proof')
  return { index: BigInt(index.slice(6)), path: hashes, checkpoint: source.slice(gap + 2) }
}

// The entry must stand at its index in the tree of this size and root.
export async function checkInclusion(leaf, { index, path }, { size, root }) {
  let [node, last, hash] = [index, size - 1n, await sha256(Uint8Array.of(0), leaf)]
  must(index < size, 'inclusion')
  for (const step of path) {
    must(last > 0n, 'inclusion')
    const left = node % 2n === 1n || node === last
    hash = await sha256(Uint8Array.of(1), left ? concat(step, hash) : concat(hash, step))
    while (left && node % 2n === 0n && node > 0n) [node, last] = [node / 2n, last / 2n]
    node /= 2n
    last /= 2n
  }
  must(last === 0n && equal(hash, root), 'inclusion')
}

// Returns {payload, recipient, at} of a release's entry; `at` in seconds since 1970.
export function readLeaf(bytes, index) {
  const found = bytes.length <= LARGEST && LEAF.exec(latin1(bytes))
  must(found, 'leaf')
  const { payload, recipient, prev, time, type } = found.groups
  must(prev === undefined || (BigInt(prev) < index && BigInt(prev) < 2n ** 53n), 'leaf')
  const moment = new Date(`${time.slice(0, 16)}:00Z`)
  must(!time.startsWith('0000') && !Number.isNaN(moment.getTime()), 'leaf')
  must(`${moment.toISOString().slice(0, 16)}Z` === time, 'leaf')
  must(type === 'release' && payload && recipient, 'release')
  return { payload, recipient, at: BigInt(moment.getTime() / 1000) }
}

// What the entry says of the recipient is a salted commitment; the envelope brings the salt.
export async function commitment(salt, recipient) {
  return sha256(utf8('disclosure-commit/v1/recipient\0'), salt, utf8(JSON.stringify(recipient)))
}
