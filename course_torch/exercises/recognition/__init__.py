"""What a learner's file holds: a `Source` goes in, `Contents` of its chapters come out. Decided in this order:

other_courses   whether it is a helper file, or of another course
signatures      whether a function takes the arguments of a task, and which results it has (results)
other_names     which function is a task under a name of the file's own
contents        the functions of one chapter under any name, their evidence, and which of them are judged
chapters        the chapter that the file names, or its docstrings show, or of which it has most evidence; further ones
stand_ins       which right functions stand in for those of files that are not here
"""
