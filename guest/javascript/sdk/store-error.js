// Why the host did not do what a program asked for.

/** An error of the store. `kind` is the name of its case in the contract: `not-found`, for instance. */
export class StoreError extends Error {
  constructor(kind, message) {
    super(message);
    this.name = 'StoreError';
    this.kind = kind;
  }
}
