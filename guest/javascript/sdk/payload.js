// What a function of the host failed with.

/** The error that the WIT says, of what was thrown; `undefined` when it was thrown by something else. */
export function payloadOf(thrown) {
  // Some engines throw it as it is, some in an Error of their own.
  const payload = thrown?.payload ?? thrown;
  return typeof payload?.tag === 'string' ? payload : undefined;
}
