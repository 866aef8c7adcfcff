// `{{name}} PATH` removes the members of a document that are `null`.

import { StoreError, operations, pointer } from './amend/index.js';

/**
 * Whatever it throws ends it with the message on standard error, and exit code 1.
 *
 * @type {import('./amend/index.js').Program}
 */
export default function main({ args, store }) {
  const [path] = args;
  if (path === undefined) throw new Error('usage: {{name}} PATH');
  console.log(`${tidy(store, path)} removed`);
}

/**
 * The path is the name of a grant, a slash, and a path in it.
 *
 * @param {import('./amend/index.js').Store} store
 * @param {string} path
 */
export function tidy(store, path) {
  for (;;) {
    const snapshot = store.read(path);
    if (snapshot === undefined) return 0;
    const document = store.value(snapshot);
    const members = typeof document === 'object' && !Array.isArray(document) ? Object.entries(document ?? {}) : [];
    const names = members.filter(([, value]) => value === null).map(([name]) => name);
    if (names.length === 0) return 0;
    try {
      const removals = names.map((name) => ({ op: /** @type {const} */ ('remove'), path: pointer(name) }));
      store.updateIf(path, operations(removals), snapshot.version);
      return names.length;
    } catch (error) {
      // Nobody holds a lock between the two: whoever was faster has made another version.
      if (!(error instanceof StoreError && error.kind === 'conflict')) throw error;
    }
  }
}
