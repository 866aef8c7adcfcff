// `counter` adds to `/count`: the updater that answers with the whole document.
//
// Arguments: `{"by": 3}`, or `{}` for 1. Refuses when the count is not a whole number, or would no longer be one that
// JavaScript counts exactly.

/** @type {import('./amend/index.js').Updater<{ count?: number }, { by?: number }>} */
export default function update(document, { by = 1 }) {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new Error('the document is not an object');
  }
  const { count = 0 } = document;
  if (!Number.isSafeInteger(count)) throw new Error('the count of the document is not a whole number');
  if (!Number.isSafeInteger(by)) throw new Error('the arguments: "by" is not a whole number');
  const sum = count + by;
  if (!Number.isSafeInteger(sum)) throw new Error(`${count} and ${by} more are too many for this counter`);
  return { ...document, count: sum };
}
