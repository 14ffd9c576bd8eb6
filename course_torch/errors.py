"""The one exception for mistakes that a user can make."""


class InputError(ValueError):
    """A mistake in what the user gave: its message is one line naming the thing, the value and what is allowed.

    The commands print that line on stderr and exit with code 2; any other exception is a fault of the program
    and keeps its traceback.
    """
