// JSON text, taken apart only as far as is needed to find its numbers and strings.

/** A text with each of its numbers, and each of its strings that is a value and not a name, as `map` would have it. */
export function mapTokens(text, { number, string }) {
  let mapped = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('"', at);
    const end = open < 0 ? text.length : open;
    mapped += text.slice(at, end).replace(/-?\d[\d.eE+-]*/g, number);
    if (open < 0) break;
    at = endOfString(text, open);
    const token = text.slice(open, at);
    mapped += isName(text, at) ? token : string(token);
  }
  return mapped;
}

function endOfString(text, open) {
  let close = open;
  do {
    close = text.indexOf('"', close + 1);
    // Not JSON: whoever parses it will say so.
    if (close < 0) return text.length;
  } while (isEscaped(text, close));
  return close + 1;
}

function isEscaped(text, quote) {
  let before = quote;
  while (text[before - 1] === '\\') before -= 1;
  return (quote - before) % 2 === 1;
}

function isName(text, at) {
  while (' \t\r\n'.includes(text[at] ?? '.')) at += 1;
  return text[at] === ':';
}
