// `manifest` sets a value at a path of keys and makes the objects that are missing on the way: the updater that
// changes the document it was given, and returns it.
//
// Build tools do this to a shared manifest from many processes at once: each adds its own artifact.
//
// Arguments: `{"keys": ["HelloFlow", "linux-64", "a1b2"], "value": {...}}`. Refuses when something on the way is not
// an object, and when there are no keys.

import { pointer } from './amend/index.js';

/** Far more than any manifest needs. */
const MOST_KEYS = 32;

/** @typedef {import('./amend/index.js').Json} Json */

/** @type {import('./amend/index.js').Updater<Json, { keys: string[], value: Json }>} */
export default function update(document, args) {
  const { keys, value } = args;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every((key) => typeof key === 'string')) {
    throw new Error('no keys: they say where in the document the value goes');
  }
  if (keys.length > MOST_KEYS) {
    throw new Error(`${keys.length} keys are too many: at most ${MOST_KEYS} are taken`);
  }
  if (value === undefined) throw new Error('there is no value');

  let place = document;
  for (const [depth, key] of keys.entries()) {
    if (!isObject(place)) {
      const found = JSON.stringify(pointer(...keys.slice(0, depth)));
      throw new Error(`${found} is not an object, so it cannot have a member ${JSON.stringify(key)}`);
    }
    if (depth === keys.length - 1) place[key] = value;
    // Not `??=`: every object has a `constructor` that is not its own.
    else if (!Object.hasOwn(place, key)) place[key] = {};
    place = place[key];
  }
  return document;
}

/**
 * @param {Json} value
 * @returns {value is { [key: string]: Json }}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
