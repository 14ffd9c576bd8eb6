"""What a learner's file holds: a `Source` goes in, `Contents` of its chapters come out. In the order of the decisions:

chapters        `chapters_of`: the chapter that the file names; otherwise it asks the next three
no_chapter      what a file is that belongs to no chapter
contents        the functions of a chapter that the file defines, under the chapter's names and under others
signatures      whether a function takes the arguments of a task, and in which order
other_names     functions under names of the file's own, which decide between chapters of which it has equally many
stand_ins       afterwards: which right functions stand in for those of files that are not here
"""
