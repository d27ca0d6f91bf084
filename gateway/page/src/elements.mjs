// Makes elements of the page. Text only ever becomes text: nothing of a message can turn into markup.
export function element(name, { text, children = [], ...rest } = {}) {
  const made = document.createElement(name)
  if (text !== undefined) made.textContent = text
  for (const [key, value] of Object.entries(rest)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (value === true) made.setAttribute(key, '')
    else if (value !== undefined && value !== false && value !== null) made.setAttribute(key, value)
  }
  made.append(...children.filter(Boolean))
  return made
}

// A list of terms and what they are; `pairs` of [term, text or element].
export function terms(pairs) {
  const rows = pairs
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([term, value]) => {
      const told = value instanceof Node ? element('dd', { children: [value] }) : element('dd', { text: String(value) })
      return element('div', { class: 'pair', children: [element('dt', { text: term }), told] })
    })
  return element('dl', { children: rows })
}
