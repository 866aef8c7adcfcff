// Whether a value can be written as JSON. JSON.stringify makes null of NaN and {} of a Map, and a document would be
// changed into that.

import { ExactNumber } from './numbers.js';
import { pointer } from './patch.js';

/** As in Rust. The stack that a host gives a component holds about twice as much. */
const DEEPEST = 127;

/**
 * The value with what has a `toJSON` (a Date) replaced by what that returns, and whether there are numbers in it
 * that JSON.stringify cannot write. Throws at what JSON has no word for.
 *
 * `areNumbersExact` says that any number may be one of them.
 */
export function prepare(value, areNumbersExact) {
  const state = { isExact: false, areNumbersExact };
  const plain = visit(value, [], state);
  return { plain, isExact: state.isExact };
}

function visit(value, path, state) {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw no(path, `is ${value}, which is not a number in JSON`);
      state.isExact ||= state.areNumbersExact;
      return value;
    case 'bigint':
      state.isExact = true;
      return value;
    case 'object':
      return value === null ? null : visitObject(value, path, state);
    default:
      throw no(path, `is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}, which JSON does not have`);
  }
}

function visitObject(value, path, state) {
  if (value instanceof ExactNumber) {
    state.isExact = true;
    return value;
  }
  if (path.length >= DEEPEST) throw new TypeError(`the answer is nested deeper than ${DEEPEST} levels, or contains itself`);
  if (value instanceof Date && Number.isNaN(value.getTime())) throw no(path, 'is an invalid date');
  if (typeof value.toJSON === 'function') return visit(value.toJSON(path.at(-1) ?? ''), path, state);
  if (Array.isArray(value)) return visitArray(value, path, state);
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (kind !== 'Object') throw no(path, `is a ${kind}, which JSON does not have`);
  let copy;
  for (const key of Object.keys(value)) {
    const member = value[key];
    // What is undefined is not there: the usual way to leave a member out.
    if (member === undefined) continue;
    path.push(key);
    const visited = visit(member, path, state);
    path.pop();
    if (visited !== member) (copy ??= { ...value })[key] = visited;
  }
  return copy ?? value;
}

function visitArray(value, path, state) {
  let copy;
  for (let index = 0; index < value.length; index += 1) {
    path.push(index);
    const visited = visit(value[index], path, state);
    path.pop();
    if (visited !== value[index]) (copy ??= [...value])[index] = visited;
  }
  return copy ?? value;
}

function no(path, what) {
  const place = path.length === 0 ? 'the answer' : `${pointer(...path)} of the answer`;
  return new TypeError(`${place} ${what}`);
}
