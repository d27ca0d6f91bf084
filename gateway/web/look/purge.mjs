// Writes static/nldesign.css: of Utrecht's components and the "voorbeeld" tokens what the pages use, and no more.
// The templates keep their own short names; here each is joined to the component that draws it. All of it stands in a
// cascade layer, so that static/gateway.css overrides without a fight. Run by `make look`; see docs/look.md.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postcss from 'postcss'
import { PurgeCSS } from 'purgecss'

const HERE = dirname(fileURLToPath(import.meta.url))
const STATIC = join(HERE, '..', 'static')
const SOURCES = JSON.parse(readFileSync(join(HERE, 'sources.json'), 'utf8'))

// The component of Utrecht on the left is drawn by the element or class of our templates on the right.
const ALERTS = ':is(.errors, .good, .note)'
const ALIASES = [
  ['.utrecht-button--primary-action', ':where(button, .button)'],
  ['.utrecht-button--secondary-action', ':is(button, .button).plain'],
  ['.utrecht-button--danger', '.stop'],
  ['.utrecht-status-badge', '.tag'],
  ['.utrecht-alert--error', '.errors'],
  ['.utrecht-alert--ok', '.good'],
  ['.utrecht-alert--info', '.note'],
  ['.utrecht-alert', ALERTS],
  ['.utrecht-skip-link--visible-on-focus', '.skip'],
  ['.utrecht-skip-link', '.skip'],
  ['.utrecht-form-field-description', '.hint'],
  ['.utrecht-form-field-error-message', '.error'],
]
// Elements that the pages may use at any time. What is not here (blockquote, figure, mark, ...) is purged.
const ELEMENTS = ['html', 'body', 'main', 'a', 'button', 'code', 'em', 'strong', 'fieldset', 'legend', 'form', 'label',
  'h1', 'h2', 'h3', 'h4', 'ol', 'ul', 'li', 'p', 'pre', 'hr', 'input', 'select', 'textarea', 'table', 'caption', 'thead',
  'tbody', 'tr', 'th', 'td']
const TYPES = ['checkbox', 'radio', 'text', 'tel', 'email', 'url', 'submit']

const text = (name, file) => readFileSync(join(HERE, 'node_modules', '.sources', name, 'package', file), 'utf8')

function joined(selector) {
  let found = false
  for (const [theirs, ours] of ALIASES) {
    const whole = new RegExp(theirs.replace('.', '\\.') + '(?![\\w-])', 'g')
    selector = selector.replace(whole, () => { found = true; return ours })
  }
  return found && !/\.utrecht-|\.nl-/.test(selector) ? selector : ''
}

function components() {
  const root = postcss.parse(text('utrecht', 'dist/index.css'))
  root.walkComments((comment) => comment.remove())
  root.walkRules((rule) => {
    const ours = rule.selectors.map(joined).filter(Boolean)
    if (ours.length) rule.selectors = ours
    else rule.remove()
  })
  root.walkAtRules((rule) => { if (!rule.nodes || rule.nodes.length === 0) rule.remove() })
  return root
}

function elements() {
  const root = postcss.parse(text('utrecht', 'dist/html.css'))
  root.walkComments((comment) => comment.remove())
  root.walkAtRules('charset', (rule) => rule.remove())
  root.walkRules((rule) => {
    rule.selectors = rule.selectors
      .filter((one) => !/type=(?!checkbox|radio|text|tel|email|url|submit)/.test(one) && !/lang\(ar\)/.test(one))
      .map((one) => one.replace(/\bbutton\b(?!\s*i\])/, ':where(button, .button)'))
      .map((one) => one.replaceAll('.utrecht-html body', ':root body').replaceAll('.utrecht-html', ':root'))
    if (rule.selectors.length === 0 || rule.selectors[0] === '') rule.remove()
  })
  return root
}

async function purged(css) {
  const inputs = TYPES.map((type) => `<input type="${type}" aria-invalid="true">`)
  const content = [{ raw: `<${ELEMENTS.join('><')}>${inputs.join('')}`, extension: 'html' }]
  const safelist = { standard: [/^(button|plain|stop|tag|errors|good|note|skip|hint|error)$/, ...ELEMENTS, ...TYPES] }
  const [told] = await new PurgeCSS().purge({ content, css: [{ raw: css }], safelist })
  const root = postcss.parse(told.css)
  root.walkAtRules((rule) => { if (rule.nodes?.length === 0) rule.remove() })
  root.walkAtRules((rule) => { if (rule.nodes?.length === 0) rule.remove() }) // what held only empty ones
  return root.toString()
}

// A token counts when a rule, or a token that counts, names it.
function tokens(rules) {
  const told = new Map()
  postcss.parse(text('voorbeeld', 'dist/theme.css')).walkDecls(/^--/, (decl) => told.set(decl.prop, decl.value))
  const named = (css) => [...css.matchAll(/var\(\s*(--[\w-]+)/g)].map((each) => each[1])
  const counts = new Set()
  const waiting = named(rules + readFileSync(join(STATIC, 'gateway.css'), 'utf8'))
  while (waiting.length) {
    const name = waiting.pop()
    if (counts.has(name) || !told.has(name)) continue
    counts.add(name)
    waiting.push(...named(told.get(name)))
  }
  return `:root {\n${[...counts].sort().map((name) => `  ${name}: ${told.get(name)};`).join('\n')}\n}`
}

const rules = (await purged(`${elements()}\n${components()}`))
  .replace(/[ \t]+$/gm, '').replace(/\n{2,}/g, '\n')
const from = Object.values(SOURCES).map((each) => `${each.name} ${each.version}`).join(' and ')
const head = `/* Taken by \`make look\` from ${from}.
 * Licence: EUPL-1.2 (nldesign.LICENCE.md). Copyright (c) Gemeente Utrecht, Frameless B.V. and the NL Design System
 * community. Changed: purged to what the pages use, with the names that the templates use. Never edit by hand. */\n`
const sheet = `${head}@layer nldesign {\n${tokens(rules)}\n${rules.trim()}\n}\n`
writeFileSync(join(STATIC, 'nldesign.css'), sheet)
writeFileSync(join(STATIC, 'nldesign.LICENCE.md'), text('voorbeeld', 'LICENSE.md'))
console.log(`static/nldesign.css  ${sheet.length} bytes  sha256 ${createHash('sha256').update(sheet).digest('hex')}`)
