// Knows the partner's files by their content, since people rename files; and reads partner.yaml, a few plain lines.
import { Unreadable } from './refusal.mjs'

export const LARGEST = 4 * 1024 * 1024
export const KINDS = ['envelope', 'trust', 'settings', 'issuer_keys', 'keys']
const MEMBER = /^([a-z_]+): *(?:"([^"\\]*)"|'([^']*)'|([^"'#\s][^#]*?)) *$/

// Returns which of the files this is, or null. A broken message must be known too, or nobody would learn that it is one.
export function kindOf(text) {
  const start = text.trimStart()
  if (start.startsWith('{')) {
    if (/"(message|leaf|proof|opening)"/.test(start)) return 'envelope'
    if (/"d"\s*:|"priv"\s*:/.test(start)) return 'keys'
    return /"use"\s*:\s*"enc"/.test(start) || !/"keys"/.test(start) ? null : 'issuer_keys'
  }
  if (/^(log|quorum)[ \t]/m.test(text)) return 'trust'
  return /^issuer:/m.test(text) ? 'settings' : null
}

// Returns {id, issuer} of partner.yaml.
export function readSettings(text) {
  const found = {}
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const member = MEMBER.exec(line)
    if (!member || member[1] in found) throw new Unreadable('settings')
    found[member[1]] = member[2] ?? member[3] ?? member[4]
  }
  const { id, issuer } = found
  if (!id || !issuer) throw new Unreadable('settings')
  return { id, issuer }
}
