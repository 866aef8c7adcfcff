// Takes apples from a stock. The document is `{"apples": 5}`, and the arguments are `{"take": 2}`.

/**
 * Returns the new document, or throws: the message is the reason that the caller sees. A document that does not exist
 * yet is `{}`.
 *
 * @type {import('./amend/index.js').Updater<{ apples?: number }, { take: number }>}
 */
export default function update(stock, order) {
  const { apples = 0 } = stock;
  if (!Number.isSafeInteger(apples)) throw new Error('the apples of the document are not a whole number');
  if (!Number.isSafeInteger(order.take)) throw new Error('the arguments do not say how many to take');
  if (order.take > apples) throw new Error(`${order.take} apples were ordered, ${apples} are left`);
  return { ...stock, apples: apples - order.take };
}
