"""The causes of what is wrong in a learner's function, as `Finding`s. judge/causes.py asks for them in its order.

unwritten, slips       before a call: places that nobody has filled in, and code that is nearly Python
wrong_result           after a call: which tensors of a `Result` are wrong, and by how much
result_form            another form of the result: its structure, its shape, an axis; a factor
known_mistakes         the known mistakes that make the numbers of all wrong results
raised_call            `RaisedCall`: an exception, its call, and what stands on its line; and the loop that does not end
exception, sizes       what it shows: a missing entry or name, a value of another type, sizes that do not fit
function_text          what the text of the function shows by itself
repairs, confusions    one change of the text that makes the function right
"""
