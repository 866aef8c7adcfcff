"""Saying no."""

__all__ = ["Refusal"]


class Refusal(Exception):
    """An updater's "no", with the reason that the caller gets to see. The document stays as it is.

    Every other exception refuses as well; then the reason begins with its name, as the last line of a traceback does.
    """

    @property
    def reason(self) -> str:
        """Why the updater refused."""
        return str(self)


def reason_of(error: BaseException) -> str:
    """What a caller is told about an exception. Never raises: this is the last thing that an updater does."""
    try:
        message = str(error)
    except Exception:
        message = "(its message cannot be read)"
    if isinstance(error, Refusal):
        return message or "refused without a reason"
    name = type(error).__name__
    return f"{name}: {message}" if message else name


def trail_of(error: BaseException) -> str:
    """Where an exception came from, for the log. Only files and lines: the component has no source in it."""
    steps = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        steps.append(f'  File "{code.co_filename}", line {step.tb_lineno}, in {code.co_name}\n')
        step = step.tb_next
    return f"Traceback (most recent call last):\n{''.join(steps)}{reason_of(error)}\n"
