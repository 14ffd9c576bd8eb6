"""Proof that gradients are right: a function or a network goes in, a report comes out. The proof has two layers.

functions/   judges the backward of any function of torch: `explain_gradients`
networks/    knows the course's network, its formulas and its known mistakes: `compare_gradients`

Both use difference, how far two tensors are apart; match, whether one is a multiple of another; exceptions, what a
formula raises; finding, the first wrong formula in sentences; and report, what every judge says in words.
"""
