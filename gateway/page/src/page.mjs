// The page: chosen files in, checks one by one, and only after all of them the content. It keeps nothing and sends nothing.
import { text as decode } from './bytes.mjs'
import { ENVELOPE, OPENING, placeOf, showChecks } from './checks.mjs'
import { openDisclosure } from './disclosure.mjs'
import { element } from './elements.mjs'
import { checkEnvelope, readEnvelope } from './envelope.mjs'
import { KINDS, LARGEST, kindOf, readSettings } from './files.mjs'
import { readKeyPairs, readKeySet } from './jwk.mjs'
import { makeReceipt } from './receipt.mjs'
import { Refused, Unreadable } from './refusal.mjs'
import { showContent, showRecall } from './show.mjs'
import { readTrust } from './trust.mjs'
import { say, WORDS } from './words.mjs'

const MESSAGE_ID = /[0-9a-f]{32}/
const NOT_OURS = new Set(['somebody', 'audience', 'open', 'other_key'])
const labels = island('labels') ?? {}
// Where a receipt is handed in with a form: only on the page that the gateway's own inbox serves.
const reply = island('reply')
const part = (id) => document.getElementById(id)
const state = empty()
let language = 'nl'

function empty() {
  return { files: {}, problems: [], states: {}, outcome: null, claims: null, made: null, found: null, at: null }
}

// JSON that the gateway put into the page that it served: labels, and perhaps one message.
function island(id) {
  const found = document.getElementById(id)
  return found && found.textContent.trim() ? JSON.parse(found.textContent) : null
}

function handedOver() {
  const message = island('envelope')
  if (message) state.files.envelope = { name: null, text: JSON.stringify(message) }
}

const now = () => Math.floor(Date.now() / 1000)
const words = () => WORDS[language]

async function take(files) {
  forget()
  for (const file of files) {
    if (file.size > LARGEST) {
      state.problems.push({ code: 'large_file', file: file.name })
      continue
    }
    try {
      const text = decode(new Uint8Array(await file.arrayBuffer()))
      const kind = kindOf(text)
      if (kind) state.files[kind] = { name: file.name, text }
      else state.problems.push({ code: 'unknown_file', file: file.name })
    } catch {
      state.problems.push({ code: 'unknown_file', file: file.name })
    }
  }
  render()
}

// What was found out is of the files as they were.
function forget() {
  Object.assign(state, { ...empty(), files: state.files })
}

const mayOpen = () => KINDS.every((kind) => state.files[kind])
const mayCheck = () => Boolean(state.files.envelope && state.files.trust)

function tell(check, details) {
  state.states[check] = { state: 'holds', details }
  render()
}

async function run({ urgent = false } = {}) {
  forget()
  state.outcome = { kind: 'working' }
  render()
  try {
    const { envelope, trust, settings, keys, issuer_keys: issuerKeys } = state.files
    const me = settings ? readSettings(settings.text) : null
    const found = await checkEnvelope(envelope.text, await readTrust(trust.text), { now: now(), me: me?.id ?? null, tell })
    Object.assign(state, { found, at: now() })
    if (!found.witnessed) state.states.witnesses = { state: 'warns' }
    if (!found.witnessed && !urgent) {
      state.outcome = { kind: 'unwitnessed' }
    } else if (mayOpen()) {
      const pair = (await readKeyPairs(keys.text)).enc
      const issuers = await readKeySet(issuerKeys.text)
      const how = { pair, issuerKeys: issuers, issuer: me.issuer, me: me.id, now: now(), recalls: true, tell }
      state.claims = await openDisclosure(found.envelope.message, how)
      state.outcome = { kind: found.witnessed ? 'all_good' : 'urgent_opened' }
    } else {
      state.outcome = { kind: 'checked_only' }
    }
  } catch (error) {
    fail(error)
  }
  render()
  part('outcome').focus()
}

function fail(error) {
  if (error instanceof Unreadable) {
    state.outcome = { kind: 'unreadable', code: error.code, line: error.line }
    return
  }
  const code = error instanceof Refused ? error.code : 'browser'
  const place = placeOf(code)
  // A general code (spelling) belongs to the first check that has not held.
  const at = state.states[place] ? [...ENVELOPE, ...OPENING].find((check) => !state.states[check]) : place
  state.states[at ?? place] = { state: 'fails', text: words().failures[code] }
  state.outcome = { kind: 'refused', code }
}

async function receipt(kind) {
  try {
    const { id, issuer } = readSettings(state.files.settings.text)
    const key = (await readKeyPairs(state.files.keys.text)).sig
    const { message } = readEnvelope(state.files.envelope.text)
    const number = state.claims?.jti ?? MESSAGE_ID.exec(state.files.envelope.name ?? '')?.[0]
    if (!number) {
      state.made = { code: 'no_id' }
    } else {
      const signed = await makeReceipt(message, { key, me: id, issuer, id: number, state: kind, now: now() })
      state.made = { code: reply ? 'signed_receipt' : 'made_receipt', file: `${number}.${kind}.receipt.jwt`, signed }
      if (!reply) offer(signed, state.made.file)
    }
  } catch (error) {
    fail(error)
  }
  render()
}

function offer(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/jwt' }))
  const link = element('a', { href: address, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), 60000)
}

function fileRow(kind) {
  const { [kind]: file } = state.files
  const there = file ? (file.name ? say(words().chosen, { file: file.name }) : words().along) : words().missing
  return element('li', {
    class: file ? 'holds' : 'waits',
    children: [
      element('span', { class: 'what', text: words()[kind] }),
      element('span', { class: 'small', text: words()[`${kind}_hint`] }),
      element('strong', { class: 'state', text: there }),
    ],
  })
}

function outcome() {
  const told = state.outcome
  if (!told) return []
  const lines = {
    working: () => [['p', words().working]],
    checked_only: () => [['p', words().checked_only]],
    all_good: () => [['h2', words().all_good], ['p', words().all_good_text]],
    urgent_opened: () => [['h2', words().all_good], ['p', words().urgent_opened]],
    unwitnessed: () => [['h2', words().unwitnessed], ['p', words().unwitnessed_text], ['p', words().urgent_text]],
    refused: () => [['h2', words().refused], ['p', words().failures[told.code]], ['p', words().refused_rule]],
    unreadable: () => [['h2', words().unreadable], ['p', say(words().files_wrong[told.code], { line: told.line })]],
  }[told.kind]()
  const urgent = told.kind === 'unwitnessed' && mayOpen()
  return [
    ...lines.map(([name, text]) => element(name, { text })),
    urgent && element('button', { type: 'button', class: 'plain', text: words().urgent, onclick: () => run({ urgent: true }) }),
  ].filter(Boolean)
}

function receipts() {
  const kinds = state.claims ? ['received', 'opened', ...(state.claims.recalls ? ['destroyed'] : [])] : []
  return [...kinds, 'not_for_us'].map((kind) =>
    element('button', {
      type: 'button',
      class: 'plain',
      text: words()[kind === 'opened' ? 'opened_receipt' : kind],
      onclick: () => receipt(kind),
    }),
  )
}

function content(told) {
  const { found, at } = state
  const show = state.claims.recalls ? showRecall : showContent
  return show(state.claims, { found, at, labels, words: told, language })
}

// Everything that may change is made anew from the state: there is no half of an old message on the page.
function render() {
  const told = words()
  document.documentElement.lang = language
  document.title = told.title
  for (const each of document.querySelectorAll('[data-word]')) each.textContent = told[each.dataset.word]
  for (const each of document.querySelectorAll('[data-language]')) {
    each.setAttribute('aria-pressed', String(each.dataset.language === language))
  }
  part('chosen').replaceChildren(...KINDS.map(fileRow))
  part('problems').replaceChildren(
    ...state.problems.map(({ code, file }) => element('p', { class: 'error', text: say(told[code], { file }) })),
  )
  part('start').textContent = mayOpen() || !mayCheck() ? told.start : told.start_check
  part('start').disabled = !mayCheck() || state.outcome?.kind === 'working'
  part('checking').hidden = !state.outcome
  part('checks').replaceChildren(...showChecks([...ENVELOPE, ...OPENING], state.states, told, language))
  const kind = state.outcome?.kind
  part('outcome').className = { all_good: 'good', urgent_opened: 'note', refused: 'errors', unreadable: 'errors' }[kind] ?? 'note'
  part('outcome').hidden = !state.outcome
  part('outcome').replaceChildren(...outcome())
  part('content').hidden = !state.claims
  part('message').replaceChildren(...(state.claims ? content(told) : []))
  part('receipts').hidden = !(mayOpen() && (state.claims || NOT_OURS.has(state.outcome?.code)))
  part('answers').replaceChildren(...receipts())
  part('hand-in').hidden = !(reply && state.made?.signed)
  part('hand-in-receipt').value = (reply && state.made?.signed) || ''
  part('made').textContent = state.made ? say(told[state.made.code], state.made) : ''
}

function begin() {
  part('choose').addEventListener('change', (event) => {
    const files = [...event.target.files]
    event.target.value = ''
    return take(files)
  })
  const drop = part('drop')
  for (const name of ['dragover', 'drop']) window.addEventListener(name, (event) => event.preventDefault())
  drop.addEventListener('drop', (event) => take([...event.dataTransfer.files]))
  part('start').addEventListener('click', () => run())
  part('clear').addEventListener('click', () => {
    Object.assign(state, empty())
    render()
    part('choose').focus()
  })
  part('print').addEventListener('click', () => window.print())
  for (const each of document.querySelectorAll('[data-language]')) {
    each.addEventListener('click', () => {
      language = each.dataset.language
      render()
    })
  }
  part('save').hidden = !location.protocol.startsWith('http')
  if (reply) {
    part('receipts-text').dataset.word = 'receipts_here'
    part('hand-in').action = reply.action
    part('hand-in-token').value = reply.csrf_token
  }
  handedOver()
  render()
}

begin()
