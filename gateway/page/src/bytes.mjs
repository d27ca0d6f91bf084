// Bytes and their one right spelling. Base64 that decodes but is not what encoding gives (stray bits, no padding) is
// refused: otherwise a flipped bit of a signed text would go unnoticed (RFC 4648 section 3.5).
import { must } from './refusal.mjs'

const encoder = new TextEncoder()

export function utf8(text) {
  return encoder.encode(text)
}

// Returns the text, a byte order mark included; throws TypeError when the bytes are not UTF-8.
export function text(bytes) {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

// Each byte becomes a character, so that bytes which are no text can be matched too.
export function latin1(bytes) {
  let out = ''
  for (let at = 0; at < bytes.length; at += 4096) out += String.fromCharCode(...bytes.subarray(at, at + 4096))
  return out
}

export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function equal(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function unhex(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

export function base64(bytes) {
  return btoa(latin1(bytes))
}

export function base64url(bytes) {
  return base64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

export function unbase64(given) {
  must(/^[A-Za-z0-9+/]*={0,2}$/.test(given) && given.length % 4 === 0, 'spelling')
  return decoded(given, given, base64)
}

export function unbase64url(given) {
  must(/^[A-Za-z0-9_-]*$/.test(given), 'spelling')
  return decoded(given.replace(/-/g, '+').replace(/_/g, '/'), given, base64url)
}

function decoded(standard, given, encode) {
  let bytes
  try {
    bytes = Uint8Array.from(atob(standard), (character) => character.charCodeAt(0))
  } catch {
    must(false, 'spelling')
  }
  must(encode(bytes) === given, 'spelling')
  return bytes
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)))
}

// The digest as the log writes it.
export async function digest(...parts) {
  return `sha256:${hex(await sha256(...parts))}`
}

// Half a character (a lone surrogate) is no text: it has no bytes that could be hashed.
export function isText(value) {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value)
}
