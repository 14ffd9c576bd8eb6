"""What judges the backward of any function of torch. Nothing here knows the course's network.

subject              the function with its inputs: its outputs, and the gradients that its own backward computes
differences          the same gradients by central differences of its outputs
judge                the judges of one function, and what rounding errors explain
fitting              whether numbers are a multiple of others, with enough digits as evidence
known                what is known of a wrong gradient, and the sentences on it
place                which of its entries are wrong: rows, columns, or those where a tensor exceeds a number
terms                the tensors at hand, and what a backward may compute from them
causes, orders       what makes it wrong: a number, a factor, a term; right numbers in another order, wrong slices
probes               what further calls of the backward tell
diagnose             the search for the place and the causes of the first wrong gradient
explain_gradients    the face: the judges, the diagnosis, and the report
"""
