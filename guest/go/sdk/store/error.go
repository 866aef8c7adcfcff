package store

// Error is why nothing was done.
type Error struct {
	// Case is which of the contract's errors it is.
	Case Case
	// Message is for people.
	Message string
}

// Error is the case and the message: "refused: another token is registered".
func (err *Error) Error() string { return string(err.Case) + ": " + err.Message }

// Case is the name of an error in the contract.
type Case string

const (
	// Denied: this program was not granted that, or the host may not do it.
	Denied Case = "denied"
	// NotFound: there is no such document, or nothing where a pointer leads.
	NotFound Case = "not-found"
	// Malformed: the document, or JSON that was passed in, is not valid JSON.
	Malformed Case = "malformed"
	// InvalidPatch: the patch is not one.
	InvalidPatch Case = "invalid-patch"
	// Conflict: the document is not in the state that the patch needs, or has another version than was expected.
	Conflict Case = "conflict"
	// Refused: an updater refused.
	Refused Case = "refused"
	// TooLarge: a limit on size was reached.
	TooLarge Case = "too-large"
	// TimedOut: it did not happen in time.
	TimedOut Case = "timed-out"
	// Other is everything else. The message says so where the change may have been made.
	Other Case = "other"
)
