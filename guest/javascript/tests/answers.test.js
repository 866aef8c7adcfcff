// What an updater may answer with, and what it is told when that makes no sense.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { merge, operations, pointer, replace } from '../sdk/index.js';
import { run } from '../sdk/testing.js';
import { updater } from '../sdk/updater.js';

const replaced = (val) => ({ tag: 'replace', val });

test('the whole document', () => {
  assert.deepEqual(run((d) => ({ ...d, b: 2 }), '{"a":1}', '{}'), replaced('{"a":1,"b":2}'));
  assert.deepEqual(run((d) => d.concat(3), '[1,2]', '{}'), replaced('[1,2,3]'));
  assert.deepEqual(run((n) => n + 1, '4', '{}'), replaced('5'));
  assert.deepEqual(run((s) => `${s}!`, '"a"', '{}'), replaced('"a!"'));
  assert.deepEqual(run((d) => d, 'null', '{}'), replaced('null'));
});

test('a patch', () => {
  assert.deepEqual(run(() => merge({ a: null, b: undefined }), '{}', '{}'), { tag: 'merge', val: '{"a":null}' });
  assert.deepEqual(run(() => replace(null), '{}', '{}'), replaced('null'));
  assert.deepEqual(run(() => operations([{ op: 'remove', path: pointer('a/b', '~', 0) }]), '{}', '{}'), {
    tag: 'operations',
    val: '[{"op":"remove","path":"/a~1b/~0/0"}]',
  });
  assert.throws(() => operations({ op: 'remove', path: '' }), /takes an array/);
});

test('nothing leaves the document as it is', () => {
  assert.equal(run(() => {}, '{"a":1e400}', '{}'), undefined);
  assert.equal(run(() => {}, undefined, '{}'), undefined);
});

test('a change that is not returned is refused', () => {
  assert.throws(() => run((d) => void (d.a = 2), '{"a":1}', '{}'), /changed the document and returned nothing/);
  assert.throws(() => run((d) => void delete d.a, '{"a":1e400}', '{}'), /changed the document and returned nothing/);
});

test('a document that does not exist is empty, and one may ask', () => {
  const tell = (document, _, { exists }) => ({ ...document, exists });
  assert.deepEqual(run(tell, undefined, '{}'), replaced('{"exists":false}'));
  assert.deepEqual(run(tell, '{}', '{}'), replaced('{"exists":true}'));
  // The bindings say null for it.
  assert.deepEqual(updater({ update: tell }).update(null, '{}'), replaced('{"exists":false}'));
});

test('a byte order mark is not in the way', () => {
  assert.deepEqual(run((d) => d, '\ufeff{"a":1}', '{}'), replaced('{"a":1}'));
});

test('a member may have any name', () => {
  const update = (document, { keys }) => {
    for (const key of keys) document[key] = { in: key };
    return document;
  };
  assert.deepEqual(
    run(update, '{}', '{"keys":["__proto__","constructor","toString","length"]}'),
    replaced(
      '{"__proto__":{"in":"__proto__"},"constructor":{"in":"constructor"},"toString":{"in":"toString"},' +
        '"length":{"in":"length"}}',
    ),
  );
  const exact = '{"__proto__":{"a":1e400},"b":0.10000000000000001}';
  assert.deepEqual(run((d) => ({ ...d }), exact, '{}'), replaced(exact));
});

test('dates, classes and objects without a prototype are written as JSON.stringify does', () => {
  class Point {
    x = 1;
    #hidden = 2;
    get sum() {
      return this.x + this.#hidden;
    }
  }
  const bare = Object.assign(Object.create(null), { a: 1 });
  const date = new Date(0);
  assert.deepEqual(
    run(() => ({ date, point: new Point(), bare, gone: undefined, list: [date] }), '{}', '{}'),
    replaced('{"date":"1970-01-01T00:00:00.000Z","point":{"x":1},"bare":{"a":1},"list":["1970-01-01T00:00:00.000Z"]}'),
  );
});

for (const [what, answer, reason] of [
  ['null', null, 'returned null'],
  ['a text of JSON', '{}', 'returned a string'],
  ['false', false, 'returned a boolean'],
  ['a number', 7, 'returned a number'],
  ['a function', () => 1, 'returned a function'],
  ['a promise', Promise.resolve({}), 'must not be async'],
  ['NaN', { a: [0, NaN] }, '/a/1 of the answer is NaN'],
  ['Infinity', { 'a/b': Infinity }, '/a~1b of the answer is Infinity'],
  ['a Map', { a: new Map() }, '/a of the answer is a Map'],
  ['a Set', new Set(), 'the answer is a Set'],
  ['a boxed number', { a: Object(1) }, '/a of the answer is a Number'],
  ['an invalid date', { a: new Date(NaN) }, '/a of the answer is an invalid date'],
  ['a symbol', { a: Symbol('s') }, '/a of the answer is a symbol'],
  ['a method', { a() {} }, '/a of the answer is a function'],
  ['a hole', [1, , 2], '/1 of the answer is undefined'],
  ['replace of nothing', replace(undefined), 'the answer is undefined'],
]) {
  test(`${what} is refused`, () => {
    assert.throws(() => run(() => answer, '{}', '{}'), (error) => {
      assert.ok(error.message.includes(reason), error.message);
      return true;
    });
  });
}

test('what contains itself is refused, and what is nested too deeply', () => {
  const loop = {};
  loop.loop = { loop };
  assert.throws(() => run(() => loop, '{}', '{}'), /nested deeper than \d+ levels, or contains itself/);
  const nested = (depth) => '['.repeat(depth) + ']'.repeat(depth);
  assert.deepEqual(run((d) => d, nested(127), '{}'), replaced(nested(127)));
  assert.throws(() => run((d) => d, nested(128), '{}'), /nested deeper/);
});
