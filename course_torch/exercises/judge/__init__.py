"""Judge one function of a learner's file: a task goes in, and a `Verdict` comes out. In the order of a verdict:

judging          the path of a verdict, `Judge.judged`
calling          the calls of the function in the learner's form, and what they give: an `Outcome`
right_helpers    right functions in place of wrong ones that the function calls
own_form         the order of arguments or results, the keys, and the program, if they are the file's own
causes           the searches for the cause of a wrong result, in their order
cache_mismatch   afterwards: a forward function whose cache the backward function cannot use
epsilons         afterwards: functions with an epsilon in the logarithms or divisions, which are right, too
verdicts         the verdict, its sentences, and how a function is prepared for its calls (`Way`)
"""
