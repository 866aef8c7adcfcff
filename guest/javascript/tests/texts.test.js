// What the engine inside a component lacks: a console, and text to bytes and back.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ExactNumber } from '../sdk/index.js';
import { consoleOver } from '../sdk/console.js';
import { decode, encode } from '../sdk/utf8.js';

test('text becomes the bytes that TextEncoder makes of it, and text again', () => {
  for (const text of ['', 'plain', 'é ß', '\u07ff\u0800\uffff', '😀 \u{10ffff}', 'lone \ud83d', '\0%41']) {
    const bytes = new TextEncoder().encode(text);
    assert.deepEqual(encode(text), bytes);
    assert.equal(decode(bytes), text.toWellFormed());
  }
});

test('bytes that are no text are an error', () => {
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    assert.throws(() => decode(bytes), /not UTF-8/);
  }
});

test('the console prints lines', () => {
  const printed = [];
  const console = consoleOver((text) => printed.push(`out ${text}`), (text) => printed.push(`err ${text}`));
  const loop = {};
  loop.loop = loop;
  console.log('a', 1, { b: [2n, new ExactNumber('1e400')] }, undefined, null);
  console.error('no');
  console.warn(loop, NaN, new Map(), () => 1);
  assert.deepEqual(printed.slice(0, 2), ['out a 1 {"b":[2,1e400]} undefined null\n', 'err no\n']);
  assert.match(printed[2], /^err \[object Object\] NaN \[object Map\] .*\n$/);
  console.info(new RangeError('far'));
  assert.match(printed[3], /^out RangeError: far\n/);
});
