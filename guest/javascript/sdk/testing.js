// For an author's own tests, with node's test runner: what the host would get, without WebAssembly.

import { updater } from './updater.js';

/**
 * Calls an updater as the host does, on texts. Returns the patch it answers with, as in
 * `{ tag: 'replace', val: '{"count":1}' }`, or `undefined`; throws an Error with the reason when it refuses.
 */
export function run(update, document, args) {
  try {
    return updater({ update }).update(document, args);
  } catch (reason) {
    throw new Error(reason);
  }
}
