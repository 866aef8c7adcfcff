// Saying no: whatever is thrown refuses.

/** The reason that the caller sees. */
export function reasonOf(thrown) {
  let reason;
  try {
    // A string that is not well-formed Unicode could not be handed to the host.
    reason = String(thrown?.message ?? thrown ?? '').toWellFormed();
    if (reason === '' && thrown instanceof Error) reason = thrown.name;
  } catch {
    reason = '';
  }
  return reason || 'it gave no reason';
}
