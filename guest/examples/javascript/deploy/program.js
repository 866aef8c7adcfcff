// `deploy PATH TOKEN [VERSION]` takes a deployment from its token to its end, in the document at PATH.
//
// It has the host apply the updater `token`, which refuses when another deployment is under way; says so in
// `/status`; and says that it is done if nobody has changed the document in between, or if the document still has the
// version that was named.

import { StoreError, merge, operations } from './amend/index.js';

/** @type {import('./amend/index.js').Program} */
export default function main({ args, store }) {
  const [path, token, version] = args;
  if (path === undefined || token === undefined || args.length > 3) {
    throw new Error('usage: deploy PATH TOKEN [VERSION]');
  }
  try {
    deploy(store, path, token, version);
  } catch (error) {
    throw error instanceof StoreError ? new Error(`deploy: ${error.kind}: ${error.message}`) : error;
  }
}

/**
 * @param {import('./amend/index.js').Store} store
 * @param {string} path
 * @param {string} token
 * @param {string} [version]
 */
function deploy(store, path, token, version) {
  store.apply(path, 'token', { token });
  store.update(path, merge({ status: 'deploying' }));

  const snapshot = store.read(path, '/status');
  if (snapshot === undefined) throw new StoreError('not-found', 'the status is gone');
  console.log(`status: ${snapshot.text}`);

  const done = operations([{ op: 'replace', path: '/status', value: 'deployed' }]);
  store.updateIf(path, done, version ?? snapshot.version);
  console.log('deployed');
}
