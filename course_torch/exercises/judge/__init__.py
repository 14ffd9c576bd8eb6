"""Judge one function of a learner's file: a task goes in, and a `Verdict` comes out. In the order of a verdict:

judging          the path of a verdict, `verdict_on`, and right functions in place of wrong ones that it calls
calling          the calls of the function in the learner's form, and what they give: an `Outcome`
epsilons         whether wrong numbers are right with an epsilon in the logarithms or divisions
causes           the searches for the cause of a wrong result, in their order; `check --hint 3` prints what they found
attribution      whether the function is to blame: the rules in their order
own_form         its arguments, results or keys may have a form of their own, or its file is a program of another kind
cache_mismatch   afterwards: a forward function whose cache the backward function cannot use
verdicts         the verdict, and how a function is prepared for its calls (`Way`)
sentences        what is said of a function, apart from its cause
"""
