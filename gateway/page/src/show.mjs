// Shows the content of an opened message with the policy's labels. What has no label is shown under its own name.
import { element, terms } from './elements.mjs'
import { isObject } from './json.mjs'
import { day, moment, say } from './words.mjs'

export function capital(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

// `labels` is {fields, codes, roles, purposes}, each label as {nl, en}; `words` those of the language.
// `found` is what the log says of it, `at` when that was checked.
export function showContent(claims, { found, at, labels, words, language }) {
  const label = (kind, name) => labels[kind]?.[name]?.[language] ?? name

  function value(field, told) {
    if (typeof told === 'boolean') return told ? words.yes : words.no
    if (typeof told === 'string') return labels.codes?.[field]?.[told]?.[language] ?? day(told, language)
    if (!isObject(told) && !Array.isArray(told)) return String(told)
    if (Array.isArray(told)) return element('ul', { children: told.map((item) => element('li', filled(value(field, item)))) })
    return 'postcode' in told && 'number' in told ? address(told) : terms(pairsOf(told))
  }

  function filled(shown) {
    return shown instanceof Node ? { children: [shown] } : { text: shown }
  }

  function address({ postcode, number, addition, ...rest }) {
    const line = `${postcode} ${number}${addition ? ` ${addition}` : ''}`
    const more = pairsOf(rest)
    return more.length ? element('div', { children: [element('span', { text: line }), terms(more)] }) : line
  }

  function pairsOf(data) {
    return Object.entries(data).map(([name, told]) => [capital(words.parts[name] ?? label('fields', name).replaceAll('_', ' ')), value(name, told)])
  }

  const { onward_disclosure: onward, destroy_by: destroy } = claims.obligations
  const reason = [
    [words.ground, claims.ground],
    [words.purpose, label('purposes', claims.purpose)],
    [words.legal_basis, claims.legal_basis.join('; ')],
    [words.onward, onward === 'forbidden' ? words.onward_forbidden : String(onward)],
    [words.destroy, day(String(destroy), language)],
    [words.from, claims.iss],
    [words.made, moment(claims.iat, language)],
    [words.until, moment(claims.exp, language)],
  ]
  const subjects = claims.subjects.flatMap(({ role, data }, at) => {
    const told = role === undefined ? [] : [[words.role, label('roles', String(role))]]
    return [element('h3', { text: say(words.subject, { number: at + 1 }) }), terms([...told, ...pairsOf(data)])]
  })
  const seen = found.seen.map((each) => `${each.name} (${moment(each.at, language)})`).join(', ')
  const marks = [
    [words.checked, moment(at, language)],
    [words.record, say(words.record_told, found)],
    [words.seen, seen],
    ...['jti', 'sub', 'bundle', 'approval_digest'].map((name) => [words[name], claims[name]]),
  ]
  return [
    element('p', { class: 'rule', text: words.content_rule }),
    terms(reason),
    ...subjects,
    element('details', { children: [element('summary', { text: words.details }), terms(marks)] }),
  ]
}
