import type { Updater } from './index.js';

/** A patch as the host gets it: which kind, and its JSON text. */
export interface Answer {
  tag: 'operations' | 'merge' | 'replace';
  val: string;
}

/**
 * Calls an updater as the host does, on texts; a document that does not exist is `undefined`. Returns the patch it
 * answers with, or `undefined` when it leaves the document as it is. Throws an Error with the reason when it refuses.
 */
export function run<Document, Args>(
  update: Updater<Document, Args>,
  document: string | undefined,
  args: string,
): Answer | undefined;
