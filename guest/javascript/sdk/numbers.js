// Which numbers of a JSON text JavaScript can hold, and what stands for the others.
//
// - A whole number beyond Number.MAX_SAFE_INTEGER, written with digits alone, is a BigInt.
// - One that is too large or too small for a double (1e400, 1e-400) is an ExactNumber.
// - One that a double only comes close to (0.10000000000000001) is that double, as in all of JavaScript, and its
//   spelling is kept for when it is written again.

/** A number that JavaScript cannot hold: it can be kept, moved and removed, not calculated with. */
export class ExactNumber {
  #literal;

  constructor(literal) {
    this.#literal = literal;
    Object.freeze(this);
  }

  toString() {
    return this.#literal;
  }

  [Symbol.toPrimitive](hint) {
    if (hint === 'string') return this.#literal;
    throw new RangeError(`${this.#literal} is a number that JavaScript cannot calculate with`);
  }

  // The author's own JSON.stringify would make an empty object of it, and the number would be gone.
  toJSON() {
    throw new TypeError(`JSON.stringify cannot write ${this.#literal}: it is a number that JavaScript cannot hold`);
  }
}

/** Whether there may be a number in a text that is not held exactly. Says yes too often, never no. */
export function mayHaveInexact(text) {
  // A double holds every number of 15 digits, unless its exponent is out of the ordinary.
  return /[\d.]{16}|\d[eE][-+]?\d{3}/.test(text);
}

/** What stands for a number: a Number, a BigInt or an ExactNumber; and whether it has to be spelled as it was. */
export function read(literal) {
  const number = Number(literal);
  if (/^-?\d+$/.test(literal)) {
    return { value: Number.isSafeInteger(number) ? number : BigInt(literal), respell: false };
  }
  const isOutOfRange = !Number.isFinite(number) || (number === 0 && /^[-.0]*[1-9]/.test(literal));
  if (isOutOfRange) return { value: new ExactNumber(literal), respell: false };
  return { value: number, respell: decimal(literal) !== decimal(String(number)) };
}

/** One spelling for all spellings of a number within the range of a double. */
function decimal(literal) {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(literal);
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const dropped = digits.length - significant.length;
  return `${sign}${significant}e${Number(exponent) - fraction.length + dropped}`;
}
