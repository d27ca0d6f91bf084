// The list of checks: each stands there from the start, and says in words how it went.
import { element } from './elements.mjs'
import { moment, say } from './words.mjs'

export const ENVELOPE = ['log', 'inclusion', 'witnesses', 'message', 'recipient']
export const OPENING = ['opened', 'issuer', 'audience', 'dates']

// Which check a refusal belongs to, where no later one could have been meant.
const PLACES = {
  cosignature: 'witnesses',
  future: 'witnesses',
  later: 'witnesses',
  leaf: 'inclusion',
  release: 'message',
  message: 'message',
  recipient: 'recipient',
  somebody: 'recipient',
  open: 'opened',
  other_key: 'opened',
  signature: 'issuer',
  issuer_key: 'issuer',
  issuer: 'issuer',
  audience: 'audience',
  early: 'dates',
  expired: 'dates',
  form: 'dates',
  inclusion: 'inclusion',
}

export function placeOf(code) {
  return PLACES[code] ?? 'log'
}

// What a check that holds found, in a sentence; empty when there is nothing to add.
function told(check, details, words, language) {
  const at = (seconds) => moment(seconds, language)
  if (check === 'witnesses') {
    if (!details.asked) return words.witnesses_none
    const seen = details.seen.map(({ name, at: when }) => `${name} (${at(when)})`).join(', ')
    return say(words.witnesses_told, { seen })
  }
  if (check === 'opened' || check === 'audience') return ''
  const values = { ...details }
  for (const name of ['at', 'until']) if (name in values) values[name] = at(values[name])
  return say(words[`${check}_told`], values)
}

// `states` maps a check to {state: 'holds' | 'fails' | 'warns' | 'waits', details?, text?}.
export function showChecks(names, states, words, language) {
  return names.map((check) => {
    const { state = 'waits', details, text = '' } = states[check] ?? {}
    const shown = check === 'witnesses' && details && !details.asked ? 'warns' : state
    const more = details ? told(check, details, words, language) : text
    return element('li', {
      class: shown,
      children: [
        element('strong', { class: 'state', text: words[shown] }),
        element('span', { text: words[check], class: 'what' }),
        more && element('span', { text: more, class: 'small' }),
      ],
    })
  })
}
