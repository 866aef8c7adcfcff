// The types of what an author writes, and of what he may import.

/**
 * What JSON is to an author. A whole number beyond `Number.MAX_SAFE_INTEGER` is a `bigint`; one that is too large or
 * too small for JavaScript (`1e400`) is an `ExactNumber`.
 */
export type Json = null | boolean | number | bigint | string | ExactNumber | Json[] | { [key: string]: Json };

/** A number that JavaScript cannot hold: it can be kept, moved and removed, not calculated with. */
export class ExactNumber {
  private constructor();
  /** The number as it is written in the document. */
  toString(): string;
  /** Throws: `JSON.stringify` would make something else of it. */
  toJSON(): never;
}

/** What else an updater is told. */
export interface Context {
  /** Whether there is a document. One that does not exist is `{}` to the updater. */
  readonly exists: boolean;
}

/**
 * An updater: it is given the document and the caller's arguments, and returns the new document, or a patch, or
 * nothing to leave the document as it is. Whatever it throws refuses, with the message as the reason.
 *
 * `Document` and `Args` say what the author expects. Nobody checks it before the function is called: what comes from
 * outside may be anything, and what matters has to be looked at.
 */
export type Updater<Document = Json, Args = Json> = (
  document: Document,
  args: Args,
  context: Context,
) => Document | Patch | undefined | void;

/** A change of a document: made by `operations`, `merge` and `replace`. */
export class Patch {
  private constructor();
  readonly tag: 'operations' | 'merge' | 'replace';
  readonly value: unknown;
}

/** One operation of a JSON Patch, RFC 6902. A path is a JSON Pointer: `pointer` makes one out of keys. */
export type Operation =
  | { op: 'add' | 'replace' | 'test'; path: string; value: unknown }
  | { op: 'remove'; path: string }
  | { op: 'move' | 'copy'; from: string; path: string };

/** A JSON Patch: operations that are applied in order, all or none. */
export function operations(list: Operation[]): Patch;

/** A JSON Merge Patch, RFC 7396: `null` removes a member, an object merges, all else replaces. */
export function merge(changes: unknown): Patch;

/** The whole new document, whatever it is: `null` and scalars too. */
export function replace(document: unknown): Patch;

/** The JSON Pointer that leads through keys, which may contain any characters. */
export function pointer(...keys: (string | number)[]): string;

/** A program: a command that changes documents when it likes. Whatever it throws ends it with exit code 1. */
export type Program = (context: ProgramContext) => void;

/** What a program is given. */
export interface ProgramContext {
  /** The arguments, without the name of the program. */
  readonly args: string[];
  /** The environment that it was granted. */
  readonly env: { [name: string]: string };
  /** The documents that it was granted. */
  readonly store: Store;
  /** Reads all of standard input. */
  input(): string;
}

/** The host's side. A path is the name of a grant, a slash, and a path in it. Every function throws a `StoreError`. */
export interface Store {
  /** What stands at a JSON Pointer (`''`, or nothing, is the whole document); `undefined` when there is nothing. */
  read(path: string, at?: string): Snapshot | undefined;
  /** The value of what was read. */
  value(snapshot: Snapshot): Json;
  /** Changes a document: the host locks it, applies the patch, and replaces it durably. */
  update(path: string, patch: Patch): Receipt;
  /** The same, when the document still has the version; `undefined` expects that there is no document. */
  updateIf(path: string, patch: Patch, version: string | undefined): Receipt;
  /** Runs an updater, one that the host was given by name, on the document under its lock. */
  apply(path: string, updater: string, args?: unknown): Receipt;
}

/** A document, or a part of it, as it was at one moment. */
export interface Snapshot {
  /** The exact text. */
  readonly text: string;
  /** The version of the whole document. */
  readonly version: string;
}

/** What an update did. The document is durable. */
export interface Receipt {
  /** The version of the document that is now stored. */
  readonly version: string;
  /** Whether anything changed. */
  readonly changed: boolean;
}

/** Why the host did not do what a program asked for. */
export class StoreError extends Error {
  constructor(kind: StoreErrorKind, message: string);
  /** The name of its case in the contract. */
  readonly kind: StoreErrorKind;
}

export type StoreErrorKind =
  | 'denied'
  | 'not-found'
  | 'malformed'
  | 'invalid-patch'
  | 'conflict'
  | 'refused'
  | 'too-large'
  | 'timed-out'
  | 'other';
