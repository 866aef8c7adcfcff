// What updaters and programs may import. The types are in index.d.ts.

export { ExactNumber } from './numbers.js';
export { Patch, merge, operations, pointer, replace } from './patch.js';
export { StoreError } from './store-error.js';
