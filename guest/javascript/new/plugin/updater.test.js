import assert from 'node:assert/strict';
import { test } from 'node:test';

import { run } from './amend/testing.js';
import update from './updater.js';

test('takes what is there', () => {
  assert.deepEqual(update({ apples: 5 }, { take: 2 }), { apples: 3 });
});

test('leaves all else as it was', () => {
  // What the host gets: a number that JavaScript cannot hold is among it, and comes back as it was.
  const answer = run(update, '{"id": 18446744073709551617, "apples": 5}', '{"take": 2}');
  assert.deepEqual(answer, { tag: 'replace', val: '{"id":18446744073709551617,"apples":3}' });
});

test('refuses what is not there', () => {
  assert.throws(() => run(update, undefined, '{"take": 2}'), { message: '2 apples were ordered, 0 are left' });
});
