// Changes as data, for updaters that say exactly what should change, and for programs.

/** A change of a document. */
export class Patch {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
    Object.freeze(this);
  }
}

/** A JSON Patch, RFC 6902: operations that are applied in order, all or none. */
export function operations(list) {
  if (!Array.isArray(list)) throw new TypeError('operations() takes an array of operations');
  return new Patch('operations', list);
}

/** A JSON Merge Patch, RFC 7396: null removes a member, an object merges, all else replaces. */
export function merge(changes) {
  return new Patch('merge', changes);
}

/** The whole new document. */
export function replace(document) {
  return new Patch('replace', document);
}

/** The JSON Pointer (RFC 6901) that leads through keys, which may contain any characters. */
export function pointer(...keys) {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
