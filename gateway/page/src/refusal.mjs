// Two ways to say no. Both carry a code that words.mjs has a sentence for; neither carries anything of what was read.

// A check of a message failed: it must not be opened or used.
export class Refused extends Error {
  constructor(code) {
    super(code)
    this.name = 'Refused'
    this.code = code
  }
}

// A file of the reader's own (keys, trust policy, settings) is not what it should be; nothing was checked.
export class Unreadable extends Error {
  constructor(code, line = 0) {
    super(code)
    this.name = 'Unreadable'
    this.code = code
    this.line = line
  }
}

export function must(holds, code) {
  if (!holds) throw new Refused(code)
}
