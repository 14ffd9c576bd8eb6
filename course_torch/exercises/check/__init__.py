"""Check a learner's file: the file goes in, verdicts with hints come out, in words or as a record.

checking        `check_file`: the assignments of the file; each is loaded, judged and supplemented
whole_pass      loaded at the end of the file: one call from X to dW and db;
                what the training function of a right file reaches on the flower
notes           on right functions that the course's grader does not accept, or in which torch computes the formulas
hints           three hints on the first wrong function
answer          the answer in words, and as a record in JSON
progress        which functions were right before
"""
