// Numbers that JavaScript cannot hold come out as they went in, wherever the author puts them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ExactNumber, operations } from '../sdk/index.js';
import { run } from '../sdk/testing.js';

/** What an updater makes of a document. */
function made(document, update, args = '{}') {
  return run(update, document, args).val;
}

const NUMBERS =
  '{"big":18446744073709551617,"small":1.0,"huge":1e400,"minus":-1E+400,"tiny":1e-400,"zero":-0.0,"empty":0e999,' +
  '"long":0.1000000000000000055511151231257827,"exact":9007199254740993,"one":1E0,"subnormal":4.9e-324,' +
  '"third":0.10000000000000001,"tenth":0.1,"names":{"1e400":["1e400","#1e400","=1e400","\\"1e400,"]}}';

test('a document comes back with the same numbers', () => {
  assert.equal(made(NUMBERS, (document) => document), NUMBERS);
});

test('without any that is hard to hold, they are equal as numbers', () => {
  // To the host 1.0 and 1 are the same, and it keeps what stands there.
  assert.equal(made('[1.0,-0.0,1E2,9007199254740993]', (list) => list), '[1,0,100,9007199254740993]');
});

test('so does one that was copied', () => {
  assert.equal(made(NUMBERS, (document) => ({ ...document, names: structuredClone(document.names) })), NUMBERS);
});

test('numbers are what they are in JavaScript where it can hold them', () => {
  run(
    (document) => {
      assert.equal(document.small, 1);
      assert.equal(document.long, 0.1);
      assert.equal(document.big, 18446744073709551617n);
      assert.equal(document.exact + 1n, 9007199254740994n);
      assert.equal(typeof document.subnormal, 'number');
    },
    NUMBERS,
    '{}',
  );
});

test('nobody calculates with a number that JavaScript cannot hold', () => {
  run(
    (document) => {
      assert.ok(document.huge instanceof ExactNumber);
      assert.equal(`${document.huge}`, '1e400');
      assert.throws(() => document.huge + 1, /1e400 is a number that JavaScript cannot calculate with/);
      assert.throws(() => document.tiny < 1, /1e-400/);
      assert.throws(() => JSON.stringify(document.huge), /JSON.stringify cannot write/);
    },
    NUMBERS,
    '{}',
  );
});

test('they move with the elements of an array', () => {
  const before = '[{"id":9007199254740993},1e400,{"n":0.30000000000000004441,"id":9007199254740995},0.10000000000000001]';
  assert.equal(
    made(before, (list) => list.slice(1).map((item) => (item.id ? { ...item, seen: true } : item))),
    '[1e400,{"n":0.30000000000000004441,"id":9007199254740995,"seen":true},0.10000000000000001]',
  );
});

test('two spellings of one double stay where they are', () => {
  const before = '{"a":0.10000000000000001,"b":0.1000000000000000055,"c":0.1}';
  assert.equal(made(before, (document) => ({ d: 1, ...document })), `{"d":1,${before.slice(1)}`);
});

test('they come from the arguments into a patch', () => {
  const update = (_, args) => operations([{ op: 'add', path: '/list', value: [args.id, args.ratio, args.huge] }]);
  assert.equal(
    made('{}', update, '{"id":9007199254740993,"ratio":0.10000000000000001,"huge":1e400}'),
    '[{"op":"add","path":"/list","value":[9007199254740993,0.10000000000000001,1e400]}]',
  );
});

test('no string is taken for a number', () => {
  const before = '{"#1":"#2","huge":1e400,"#\\u0022":"=\\u0023 \\\\","":["","#","\\"","\\\\"],"a : b":1}';
  const after = '{"#1":"#2","huge":1e400,"#\\"":"=# \\\\","":["","#","\\"","\\\\"],"a : b":1}';
  assert.equal(made(before, (document) => document), after);
  const spaced = '{ "name" : "#5" , "huge"\n:\t1e400 }';
  assert.equal(made(spaced, (document) => document), '{"name":"#5","huge":1e400}');
});

test('a BigInt may be computed', () => {
  assert.equal(made('{"count":9007199254740993}', ({ count }) => ({ count: count * 3n })), '{"count":27021597764222979}');
});

test('at random, whatever the number', () => {
  let state = 12345;
  const random = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const digits = (most) => Array.from({ length: 1 + random(most) }, () => random(10)).join('');
  for (let round = 0; round < 5000; round += 1) {
    const whole = random(3) === 0 ? '0' : `${1 + random(9)}${digits(24)}`;
    const fraction = random(2) === 0 ? `.${digits(24)}` : '';
    const exponent = random(2) === 0 ? `${'eE'[random(2)]}${['', '+', '-'][random(3)]}${digits(3)}` : '';
    const literal = `${'-'.repeat(random(2))}${whole}${fraction}${exponent}`;
    const back = made(`[${literal}]`, (list) => [...list]).slice(1, -1);
    assert.ok(isSame(back, literal), `${literal} became ${back}`);
  }
});

/** Whether two literals are the same decimal number: exactly, with whole numbers. */
function isSame(a, b) {
  const [digitsA, scaleA] = parts(a);
  const [digitsB, scaleB] = parts(b);
  const scale = Math.min(scaleA, scaleB);
  return digitsA * 10n ** BigInt(scaleA - scale) === digitsB * 10n ** BigInt(scaleB - scale);
}

function parts(literal) {
  const [mantissa, exponent = '0'] = literal.toLowerCase().split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  return [BigInt(whole.replace('-', '') + fraction) * (literal[0] === '-' ? -1n : 1n), Number(exponent) - fraction.length];
}
