import assert from 'node:assert/strict';
import { test } from 'node:test';

import { StoreError } from './amend/index.js';
import { tidy } from './program.js';

test('tries again when another was faster', () => {
  const patches = [];
  const store = {
    read: () => ({ text: '', version: `v${patches.length}` }),
    value: () => ({ 'a/b': null, c: 1 }),
    updateIf(path, patch, version) {
      patches.push([path, patch.value, version]);
      if (patches.length === 1) throw new StoreError('conflict', 'read it again');
    },
  };
  assert.equal(tidy(store, 'state/app.json'), 1);
  const removal = [{ op: 'remove', path: '/a~1b' }];
  assert.deepEqual(patches, [
    ['state/app.json', removal, 'v0'],
    ['state/app.json', removal, 'v1'],
  ]);
});

test('has nothing to do where there is no document', () => {
  assert.equal(tidy({ read: () => undefined }, 'state/app.json'), 0);
});
