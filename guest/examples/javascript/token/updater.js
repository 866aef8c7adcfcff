// `token` registers a deployment token at `/token`: the updater that answers with a patch.
//
// Two deployments at once: one wins, the other is refused, nobody is clobbered. A deployment that takes over says
// whose token it expects to find.
//
// Arguments: `{"token": "...", "previous": "..."}`, `previous` only when taking over. Refuses when the stored token
// is neither absent nor `previous`.

import { operations } from './amend/index.js';

/** @type {import('./amend/index.js').Updater<{ token?: string }, { token: string, previous?: string }>} */
export default function update({ token: stored }, { token, previous }) {
  if (typeof token !== 'string') throw new Error('the arguments: "token" is not a string');
  if (stored !== undefined && typeof stored !== 'string') {
    throw new Error('the token of the document is not a string');
  }
  // The reason goes into logs, where somebody's token must not be read.
  if (stored !== undefined && stored !== previous) throw new Error('another token is registered');
  return operations([{ op: 'add', path: '/token', value: token }]);
}
