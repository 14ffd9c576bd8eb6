"""What an exception shows of its cause, in the words of the course, if it shows it for certain.

messages      what Python, NumPy and torch say
raised_call   `RaisedCall`: the exception, the call, and what stands on its line; and the loop that does not end
lookups       KeyError, IndexError, AttributeError: entries that are not there
names         NameError, AttributeError: names that are not there
values        TypeError, ValueError: values of another type
sizes         sizes that do not fit, which the other searches may explain better
"""

from collections.abc import Callable, Iterator

from course_torch.exercises.explain.exception.lookups import of_attribute, of_index, of_key
from course_torch.exercises.explain.exception.names import of_attribute_name, of_name
from course_torch.exercises.explain.exception.raised_call import RaisedCall
from course_torch.exercises.explain.exception.values import of_type, of_value
from course_torch.exercises.tasks.task import Finding

RULES: dict[str, tuple[Callable[[RaisedCall], Iterator[Finding]], ...]] = {
    **{"KeyError": (of_key,), "IndexError": (of_index,), "AttributeError": (of_attribute_name, of_attribute)},
    **dict.fromkeys(("NameError", "UnboundLocalError"), (of_name,)),
    **dict.fromkeys(("ValueError", "RuntimeError"), (of_value,)),
    **dict.fromkeys(("TypeError", "NotImplementedError"), (of_type,)),
}
"""Type of an exception -> what it shows."""


def of_exception(raised: RaisedCall) -> list[Finding]:
    """The causes that the type and the message of the exception show, each once."""
    causes = (cause for rule in RULES.get(raised.failure.type, ()) for cause in rule(raised))
    return list({cause.text: cause for cause in causes}.values())
