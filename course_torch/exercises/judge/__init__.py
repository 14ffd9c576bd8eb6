"""Judge one function of a learner's file: a task goes in, and a `Verdict` comes out. In the order of a verdict:

judging          the path of a verdict, `verdict_on`, and right functions in place of wrong ones that it calls
calling          one call of the function, in the learner's form; `exercises/comparing.py` compares its numbers
outcome          what its calls give together: an `Outcome`; with causes and the functions before it, a `Claim`
own_form         the form of the function: its arguments may stand in another order, and its results have other names
epsilons         whether wrong numbers are right with an epsilon in the logarithms or divisions
causes           the searches for the cause of a wrong result, in their order; `check --hint 3` prints what they found
attribution      whether the function is to blame: the rules in their order
reasons          why a function of an assignment is not judged: its keys, its single numbers, another program
cache_mismatch   afterwards: a forward function whose cache the backward function cannot use
verdicts         the verdict, and how a function is prepared for its calls (`Way`)
sentences        what is said of a function, apart from its cause
"""
