// The page of a link that opens once. What stands after the `#` never leaves this browser, and is taken out of the
// address bar and the history before anything else happens. The gateway is asked only when a person presses a button.
import { hex } from './bytes.mjs'
import { openDisclosure } from './disclosure.mjs'
import { element } from './elements.mjs'
import { checkEnvelope } from './envelope.mjs'
import { readKeySet } from './jwk.mjs'
import { readLink, signNotForUs } from './link.mjs'
import { PICKUP } from './pickup_words.mjs'
import { makeReceipt } from './receipt.mjs'
import { must } from './refusal.mjs'
import { showContent } from './show.mjs'
import { readTrust } from './trust.mjs'
import { WORDS } from './words.mjs'

const fragment = location.hash.slice(1)
history.replaceState(null, '', location.pathname)

const CODE = /^[0-9]{8}$/
const NUMBER = 'pickup'
const part = (id) => document.getElementById(id)
const island = (id) => JSON.parse(part(id).textContent)
const labels = island('labels')
const given = island('given') // {issuer, keys, trust}
const state = { kind: 'ask', link: null, claims: null, found: null, at: null, told: null, envelope: null }
let language = 'nl'

const now = () => Math.floor(Date.now() / 1000)
const words = () => PICKUP[language]

// A number that says nothing of anybody: the same browser may fetch again when the connection dropped.
function browser() {
  const fresh = hex(crypto.getRandomValues(new Uint8Array(16)))
  try {
    const kept = localStorage.getItem(NUMBER)
    if (/^[0-9a-f]{32}$/.test(kept ?? '')) return kept
    localStorage.setItem(NUMBER, fresh)
  } catch {
    // A browser that keeps nothing can still fetch again while this page is open.
  }
  return fresh
}

function forgetBrowser() {
  try {
    localStorage.removeItem(NUMBER)
  } catch {
    // There is nothing to forget.
  }
}

const number = browser()

function post(path, body) {
  return fetch(`${location.pathname}/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  })
}

async function open() {
  const code = part('code').value.replace(/[\s.-]/g, '')
  if (!CODE.test(code)) return show('code_form')
  show('working')
  let answer
  try {
    answer = await post('bericht', { link: state.link.id, code, browser: number })
    if (answer.status === 404) return show('refused')
    if (!answer.ok) return show(answer.status === 503 || answer.status === 429 ? 'later' : 'network')
    state.envelope = await answer.text()
  } catch {
    return show('network')
  }
  try {
    await read()
  } catch {
    return show('broken')
  }
  show('opened')
  part('outcome').focus()
  await tell()
}

async function read() {
  const found = await checkEnvelope(state.envelope, await readTrust(given.trust), { now: now() })
  must(found.witnessed, 'witnesses')
  const { recipient, message } = found.envelope
  const how = { pair: state.link.pair, issuerKeys: await readKeySet(given.keys), issuer: given.issuer, me: recipient, now: now() }
  state.claims = await openDisclosure(message, how)
  Object.assign(state, { found, at: now() })
}

// The signed receipt: whoever signs it had the link. It is sent by itself, because opening is what it says.
async function tell() {
  const { message, recipient } = state.found.envelope
  const how = { key: state.link.sig, me: recipient, issuer: given.issuer, id: state.claims.jti, state: 'opened', now: now() }
  try {
    const receipt = await makeReceipt(message, how)
    const answer = await post('ontvangst', { link: state.link.id, receipt })
    state.told = answer.ok
  } catch {
    state.told = false
  }
  if (state.told) forgetBrowser()
  render()
}

async function notMine() {
  try {
    const answer = await signNotForUs(state.link.sig, given.issuer)
    const sent = await post('antwoord', { link: state.link.id, answer })
    show(sent.ok ? 'not_mine_sent' : 'network')
  } catch {
    show('network')
  }
}

function show(kind) {
  state.kind = kind
  render()
  if (kind !== 'working') part('outcome').focus()
}

function outcome(told) {
  if (state.kind === 'ask') return []
  const plain = ['working', 'code_form', 'not_mine_sent'].includes(state.kind)
  const lines = plain
    ? [element('p', { text: told[state.kind] })]
    : [element('h2', { text: told[state.kind] }), element('p', { text: told[`${state.kind}_text`] })]
  if (state.kind !== 'opened' || state.told === null) return lines
  const again = !state.told && element('button', { type: 'button', class: 'plain', text: told.tell, onclick: tell })
  return [...lines, element('p', { text: state.told ? told.told : told.untold }), again].filter(Boolean)
}

function content() {
  const { found, at } = state
  return showContent(state.claims, { found, at, labels, words: WORDS[language], language })
}

const OVER = new Set(['no_link', 'not_mine_sent', 'broken', 'opened'])
const LOOKS = { opened: 'good', refused: 'errors', broken: 'errors', no_link: 'errors', code_form: 'errors' }

function render() {
  const told = words()
  document.documentElement.lang = language
  document.title = told.title
  for (const each of document.querySelectorAll('[data-word]')) each.textContent = told[each.dataset.word]
  for (const each of document.querySelectorAll('[data-language]')) {
    each.setAttribute('aria-pressed', String(each.dataset.language === language))
  }
  part('ask').hidden = OVER.has(state.kind)
  part('mistake').hidden = OVER.has(state.kind) && state.kind !== 'opened'
  part('open').disabled = state.kind === 'working'
  part('code').setAttribute('aria-invalid', String(state.kind === 'code_form'))
  part('outcome').hidden = state.kind === 'ask'
  part('outcome').className = LOOKS[state.kind] ?? 'note'
  part('outcome').replaceChildren(...outcome(told))
  part('content').hidden = !state.claims || state.kind !== 'opened'
  part('message').replaceChildren(...(state.claims ? content() : []))
}

async function begin() {
  for (const each of document.querySelectorAll('[data-language]')) {
    each.addEventListener('click', () => {
      language = each.dataset.language
      render()
    })
  }
  part('form').addEventListener('submit', (event) => {
    event.preventDefault()
    open()
  })
  part('not_mine').addEventListener('click', notMine)
  part('print').addEventListener('click', () => window.print())
  try {
    state.link = await readLink(fragment)
  } catch {
    state.kind = 'no_link'
  }
  render()
}

begin()
