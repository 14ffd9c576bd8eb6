"""The causes of what is wrong in a learner's function, as `Finding`s. `searches` of judge/causes.py has their order.

slips                  before a call: code that is nearly Python
raised_call            after an exception: its call and what stands on its line; the loop that does not end
repairs, confusions    a change of the text that any numbers need; at the end: one change that makes the function right
result_form            after wrong numbers: another form of the result, at last its shape, an axis or a factor
known_mistakes         the known mistakes that make the numbers of all wrong results
function_text          what the text of the function shows by itself
missing, exception     after an exception: an entry or a name that is not there, a value of another type
sizes                  after an exception: sizes that do not fit
"""
