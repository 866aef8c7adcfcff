// What `tsc --strict` accepts.

import { type Json, type Program, StoreError, type Updater, merge, operations, pointer, replace } from '../../sdk/index.js';
import { run } from '../../sdk/testing.js';

interface Stock {
  apples?: number;
}

export const take: Updater<Stock, { take: number }> = (stock, order) => {
  const apples = stock.apples ?? 0;
  if (order.take > apples) throw new Error(`${order.take} apples were ordered, ${apples} are left`);
  return { ...stock, apples: apples - order.take };
};

export const patch: Updater<Stock> = (_, args, { exists }) => {
  if (!exists) return replace({ args });
  if (args === null) return merge({ apples: null });
  return operations([
    { op: 'test', path: pointer('apples', 0), value: 1 },
    { op: 'move', from: '/a', path: '/b' },
    { op: 'remove', path: '/c' },
  ]);
};

export const nothing: Updater<Stock> = () => {};

export const any: Updater = (document) => {
  if (typeof document === 'bigint') return document + 1n;
  const list: Json = [document, 1n, 'a', { b: null }];
  return list;
};

export const program: Program = ({ args, env, store, input }) => {
  try {
    const snapshot = store.read(args[0] ?? '', '/a');
    if (snapshot) store.updateIf('state/a', merge({ home: env['HOME'], text: input() }), snapshot.version);
    console.log(store.apply('state/a', 'token', { token: 't' }).changed);
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'not-found') return;
    throw error;
  }
};

export const answer: 'operations' | 'merge' | 'replace' | undefined = run(take, '{"apples":5}', '{"take":2}')?.tag;
