"""What a learner's file holds: a `Source` goes in, `Contents` of its chapters come out. Decided in this order:

chapters        the chapter that the file names, or that its docstrings show; otherwise the following decides:
other_courses   whether it is a helper file, or of another course
contents        the functions of each chapter under any name, their evidence, and which of them are judged
signatures      whether a function takes the arguments of a task (for contents)
results         the names and keys of what a function returns (for the judge)
other_names     which function is a task under a name of the file's own (for contents)
stand_ins       which right functions stand in for those of files that are not here
"""
