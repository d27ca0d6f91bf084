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
    [words.made, moment(claims.iat, language)],
    [words.until, moment(claims.exp, language)],
  ]
  const subjects = claims.subjects.flatMap(({ role, data }, at) => {
    const told = role === undefined ? [] : [[words.role, label('roles', String(role))]]
    return [element('h3', { text: say(words.subject, { number: at + 1 }) }), terms([...told, ...pairsOf(data)])]
  })
  const corrects = claims.corrects ? [element('p', { class: 'rule', text: say(words.corrects, { id: claims.corrects }) })] : []
  return [
    element('p', { class: 'rule', text: words.content_rule }),
    ...corrects,
    terms(reason),
    ...subjects,
    marks(claims, ['jti', 'sub', 'bundle', 'approval_digest'], { found, at, words, language }),
  ]
}

// Shows what a recall asks: it holds no data.
export function showRecall(claims, { found, at, words, language }) {
  return [
    element('p', { class: 'rule', text: say(words.recall, { id: claims.recalls }) }),
    element('p', { text: words.recall_ask }),
    marks(claims, ['jti', 'recalls'], { found, at, words, language }),
  ]
}

function marks(claims, names, { found, at, words, language }) {
  const seen = found.seen.map((each) => `${each.name} (${moment(each.at, language)})`).join(', ')
  const told = [
    [words.from, claims.iss],
    [words.checked, moment(at, language)],
    [words.record, say(words.record_told, found)],
    [words.seen, seen],
    ...names.map((name) => [words[name], claims[name]]),
  ]
  return element('details', { children: [element('summary', { text: words.details }), terms(told)] })
}
