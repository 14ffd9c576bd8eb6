"""The trace: every formula that a network runs in a parameter update, with its numbers and autograd's verdict.

recorder       watches the formulas while a network runs, and keeps their calls with copies of the tensors
own_pass       a learner's pass of the same update, judged against the formulas
trace          `trace`: runs the updates under the recorder, and builds the record from the calls with the names of the
               notes
formula_text   the formulas in words, in both languages, and their source lines
record         the classes of the record, which `--json` writes
words, page    the record for a terminal, and as one HTML file
"""
