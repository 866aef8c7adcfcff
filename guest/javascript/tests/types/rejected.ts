// What `tsc --strict` rejects: every line below a comment, with the error that the comment names.

import { type Program, type Updater, operations } from '../../sdk/index.js';

interface Stock {
  apples: number;
}

// TS2322: the document has no such shape
export const misspelled: Updater<Stock> = (stock) => ({ appels: stock.apples });

// TS2322: a text of JSON is no document
export const text: Updater<Stock> = (stock) => JSON.stringify(stock);

// TS2322: an updater cannot wait
export const waiting: Updater<Stock> = async (stock) => stock;

// TS2339: the arguments have no such member
export const args: Updater<Stock, { take: number }> = (stock, { give }) => ({ apples: stock.apples - give });

// TS2353: an operation without a value
export const operation = operations([{ op: 'remove', path: '/a', value: 1 }]);

// TS2322: no operation at all
export const unknown = operations([{ op: 'put', path: '/a', value: 1 }]);

// TS2353: the store takes patches
export const program: Program = ({ store }) => void store.update('state/a', { apples: 1 });
