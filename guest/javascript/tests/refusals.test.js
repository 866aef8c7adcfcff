// Whatever is thrown refuses, with the message that the caller sees.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { functionOf, updater } from '../sdk/updater.js';

/** What the bindings get: they take a string, and nothing else. */
function thrownFor(thrown) {
  const { update } = updater({
    default() {
      throw thrown;
    },
  });
  try {
    update('{}', '{}');
  } catch (reason) {
    return reason;
  }
  assert.fail('it was not refused');
}

for (const [thrown, reason] of [
  [new Error('why'), 'why'],
  [new TypeError('no such thing'), 'no such thing'],
  ['why', 'why'],
  [7, '7'],
  [{ message: 'an object with a message' }, 'an object with a message'],
  [new Error(''), 'Error'],
  [new Error('\ud83d'), '\ufffd'],
  [undefined, 'it gave no reason'],
  [null, 'it gave no reason'],
  ['', 'it gave no reason'],
  [{ why: 1 }, 'it gave no reason'],
  [Object.create(null), 'it gave no reason'],
  [Symbol('why'), 'Symbol(why)'],
  [{ get message() { throw new Error('again'); } }, 'it gave no reason'],
]) {
  test(`${typeof thrown} refuses with ${JSON.stringify(reason)}`, () => assert.equal(thrownFor(thrown), reason));
}

test('a mistake in the code refuses as well', () => {
  const { update } = updater({ update: (document) => document.a.b });
  assert.throws(() => update('{}', '{}'), (reason) => typeof reason === 'string' && reason.includes('undefined'));
});

test('a text that is not JSON refuses', () => {
  const { update } = updater({ update: (document) => document });
  for (const [document, args] of [['{', '{}'], ['{}', '}'], ['[1e400', '{}'], ['["1e400]', '{}']]) {
    assert.throws(() => update(document, args), (reason) => typeof reason === 'string');
  }
});

test('a module exports the function by default, or by its name', () => {
  const f = () => {};
  assert.equal(functionOf({ default: f, update: 1 }, 'update'), f);
  assert.equal(functionOf({ update: f }, 'update'), f);
  assert.throws(() => functionOf({ updat: f }, 'update'), /write `export default function update/);
});
