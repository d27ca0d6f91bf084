// Reads JSON (RFC 8259) strictly. JSON.parse keeps the last of two equal names and rounds large numbers, so two programs
// could read one signed text differently; this one refuses the first and keeps the second exact (as a BigInt).
import { isText } from './bytes.mjs'

const DEEPEST = 200
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y
const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPES = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const LONGEST_NUMBER = 4300

// Returns the value; objects have no prototype. `whole`: fractions are refused. Throws SyntaxError.
export function parseJson(source, { whole = false } = {}) {
  let at = 0

  function fail() {
    throw new SyntaxError('not strict JSON')
  }

  function blank() {
    while (at < source.length && ' \t\n\r'.includes(source[at])) at += 1
  }

  function match(pattern) {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (!found) fail()
    at += found[0].length
    return found
  }

  function string() {
    let out = ''
    for (at += 1; ; ) {
      out += match(PLAIN)[0]
      const next = source[at]
      at += 1
      if (next === '"') return out
      if (next !== '\\') fail()
      const kind = source[at]
      at += 1
      if (kind === 'u') out += String.fromCharCode(parseInt(match(/[0-9a-fA-F]{4}/y)[0], 16))
      else if (kind !== undefined && Object.hasOwn(ESCAPES, kind)) out += ESCAPES[kind]
      else fail()
    }
  }

  function number() {
    const [digits, fraction, exponent] = match(NUMBER)
    if (digits.length > LONGEST_NUMBER || ((fraction ?? exponent) !== undefined && whole)) fail()
    const value = Number(digits)
    return Number.isSafeInteger(value) || (fraction ?? exponent) !== undefined ? value : BigInt(digits)
  }

  function members(deep) {
    const out = Object.create(null)
    for (at += 1, blank(); source[at] !== '}' || Object.keys(out).length; ) {
      if (source[at] !== '"') fail()
      const name = string()
      if (Object.hasOwn(out, name)) fail()
      blank()
      if (source[at] !== ':') fail()
      at += 1
      out[name] = value(deep)
      if (source[at] === '}') break
      if (source[at] !== ',') fail()
      at += 1
      blank()
    }
    at += 1
    return out
  }

  function items(deep) {
    const out = []
    for (at += 1, blank(); source[at] !== ']' || out.length; ) {
      out.push(value(deep))
      if (source[at] === ']') break
      if (source[at] !== ',') fail()
      at += 1
    }
    at += 1
    return out
  }

  function value(deep) {
    if (deep > DEEPEST) fail()
    blank()
    const out = once(deep)
    blank()
    return out
  }

  function once(deep) {
    switch (source[at]) {
      case '{':
        return members(deep + 1)
      case '[':
        return items(deep + 1)
      case '"':
        return string()
      case 't':
        return match(/true/y) && true
      case 'f':
        return match(/false/y) && false
      case 'n':
        return match(/null/y) && null
      default:
        return number()
    }
  }

  const out = value(0)
  if (at !== source.length) fail()
  return out
}

export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Says whether an object has exactly these members.
export function has(value, ...names) {
  return isObject(value) && Object.keys(value).sort().join() === [...names].sort().join()
}

// Returns the object of a signed or a key's text: no fractions, and no half characters anywhere. Throws SyntaxError.
export function strictObject(source) {
  const value = parseJson(source, { whole: true })
  if (!isObject(value) || !wholeText(value)) throw new SyntaxError('not strict JSON')
  return value
}

function wholeText(value) {
  if (typeof value === 'string') return isText(value)
  if (Array.isArray(value)) return value.every(wholeText)
  return !isObject(value) || Object.entries(value).every(([name, item]) => isText(name) && wholeText(item))
}

export function isWhole(value) {
  return Number.isInteger(value) || typeof value === 'bigint'
}
