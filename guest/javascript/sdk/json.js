// JSON text to plain values and back, without changing a number that JavaScript cannot hold.
//
// JSON.parse and JSON.stringify do the work. Where a text has a number that they would change, it goes through them
// as a string. So that no string of the document is taken for one, every string is marked then as what it is.

import { prepare } from './check.js';
import { ExactNumber, mayHaveInexact, read } from './numbers.js';
import { mapTokens } from './tokens.js';

// A member of this name is one like any other in JSON. With this accessor, assigning to it would set the prototype
// instead, and the member would be lost without a word.
delete Object.prototype.__proto__;

const NUMBER = '#';
const STRING = '=';

/** How the numbers of the texts of one call were spelled, as far as it makes a difference. */
export class Spellings {
  /** From a double to the number that it was read from, which it only comes close to. */
  byValue = new Map();
  /** The document with all its numbers as marked strings; `undefined` when it has none that matters. */
  document = undefined;
}

/** Reads a text. */
export function parse(text, spellings) {
  if (!mayHaveInexact(text)) return JSON.parse(text);
  const number = (literal) => {
    const { value, respell } = read(literal);
    if (respell && !spellings.byValue.has(value)) spellings.byValue.set(value, literal);
    return typeof value === 'number' ? literal : `"${NUMBER}${literal}"`;
  };
  const marked = mapTokens(text, { number, string: (token) => `"${STRING}${token.slice(1)}` });
  return JSON.parse(marked, (_, value) => {
    if (typeof value !== 'string') return value;
    return value[0] === NUMBER ? read(value.slice(1)).value : value.slice(1);
  });
}

/** Reads the document, and remembers which number stood where. */
export function parseDocument(text, spellings) {
  const document = parse(text, spellings);
  if (spellings.byValue.size > 0) {
    const number = (literal) => `"${NUMBER}${literal}"`;
    spellings.document = JSON.parse(mapTokens(text, { number, string: () => '""' }));
  }
  return document;
}

/**
 * Writes a value. A number that is the same as JavaScript sees it is spelled as it was: first as it was at the same
 * place of `before`, then as it was anywhere in the texts of this call.
 */
export function stringify(value, spellings = new Spellings(), before = undefined) {
  const { byValue } = spellings;
  const { plain, isExact } = prepare(value, byValue.size > 0);
  if (!isExact) return JSON.stringify(plain);
  const marked = JSON.stringify(mark(plain, byValue, before));
  const string = (token) => {
    return token[1] === NUMBER ? token.slice(2, -1) : `"${token.slice(2)}`;
  };
  return mapTokens(marked, { number: (literal) => literal, string });
}

/** A copy with strings for numbers. */
function mark(value, byValue, before) {
  switch (typeof value) {
    case 'string':
      return STRING + value;
    case 'bigint':
      return NUMBER + value;
    case 'number':
      return spell(value, byValue, before);
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (value instanceof ExactNumber) return NUMBER + String(value);
  const at = (key) => (Object.hasOwn(before ?? {}, key) ? before[key] : undefined);
  if (Array.isArray(value)) return value.map((element, index) => mark(element, byValue, at(index)));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, member]) => [key, mark(member, byValue, at(key))]));
}

function spell(number, byValue, before) {
  if (typeof before === 'string' && before[0] === NUMBER && Number(before.slice(1)) === number) return before;
  const literal = byValue.get(number);
  return literal === undefined ? number : NUMBER + literal;
}
