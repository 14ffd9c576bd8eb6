"""Why a function is wrong: causes that the numbers, the form of a result, the text or an exception show."""
