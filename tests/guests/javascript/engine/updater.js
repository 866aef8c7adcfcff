// Does what the test asks for, where that is up to the engine inside the component and not to node.

import { value } from './value.js';

console.log('while it was built');

const DEEDS = {
  'throw an error': () => {
    throw new Error('why');
  },
  'throw a string': () => {
    throw 'why';
  },
  'throw half a character': () => {
    throw new Error('\ud83d');
  },
  'throw an object': () => {
    throw { why: 1 };
  },
  'make a mistake': (document) => document.a.b,
  wait: async (document) => document,
  print: (document) => {
    console.log('a line', { of: [1, '😀'] });
    console.error('#'.repeat(10_000));
  },
  'set any member': (document, { key }) => {
    document[key] = value;
    return document;
  },
  'reach out': () => ({
    there: ['fetch', 'require', 'process', 'WebAssembly', 'setTimeout', 'Intl'].filter((name) => name in globalThis),
  }),
  'hand back': (document) => document,
  'change and forget': (document) => {
    document.changed = true;
  },
};

export function update(document, args) {
  return DEEDS[args.do](document, args);
}
