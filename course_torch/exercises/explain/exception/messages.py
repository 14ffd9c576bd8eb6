"""What Python, NumPy and torch say in an exception, by what it is about. Other versions may say it in other words."""

import re

# Names and attributes.
NOT_DEFINED = re.compile(r"name '(\w+)' is not defined")
NO_VALUE = re.compile(r"local variable '(\w+)'")
NO_ATTRIBUTE = re.compile(r"(?:module '([\w.]+)'|'([\w.]+)' object) has no attribute '(\w+)'")

# Values of another type.
NUMBER_CALLED = re.compile(r"'(int|float|Tensor|numpy\.\w+)' object is not callable")
NO_TENSOR = re.compile(r"(\w+)\(\): argument '\w+' \(position (\d+)\) must be Tensor, not (int|float|list|numpy\.\w+)")
OTHER_ARGUMENTS = re.compile(r"(\w+)\(\) (takes|missing|got) ")
UNKNOWN_KEYWORD = re.compile(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'")
ARRAY_FOR_NUMBER = re.compile(r"truth value of an? |only (length-1|size-1|0-dim)|must be real number")
OTHER_DTYPE = re.compile(r"(?=.*(same dtype|expected scalar type))(?=.*\bfloat\b)(?=.*\bdouble\b)", re.IGNORECASE)

# Sizes.
COLUMNS_AND_ROWS = (
    re.compile(r"shapes cannot be multiplied \(\d+x(?P<columns>\d+) and (?P<rows>\d+)x\d+\)"),  # torch
    re.compile(r"mismatch in its core dimension 0.*\(size (?P<rows>\d+) is different from (?P<columns>\d+)\)"),  # @
    re.compile(r"not aligned: (?P<columns>\d+) \(dim \d\) != (?P<rows>\d+) \(dim \d\)"),  # np.dot
)
"""Of a matrix product."""
BROADCAST = re.compile(r"could not be broadcast|must match the size of tensor b")
CANNOT_RESHAPE = re.compile(r"cannot reshape array of size|is invalid for input of size")
