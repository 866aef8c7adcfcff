// Saying no: whatever is thrown refuses.

/** The reason that the caller sees. */
export function reasonOf(thrown) {
  let reason;
  try {
    reason = String(thrown?.message ?? thrown ?? '');
    if (reason === '' && thrown instanceof Error) reason = thrown.name;
  } catch {
    reason = '';
  }
  if (reason === '' || reason === '[object Object]') return 'it gave no reason';
  // A string that is not well-formed Unicode could not be handed to the host.
  return reason.toWellFormed();
}
