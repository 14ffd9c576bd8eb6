"""A learner's file is read here, and its code runs in a process of its own.

problems, cells   the text of a file as pieces of Python, and why a piece is not Python
syntax            what the tree of the code shows
source            `Source`: what the file holds. statements: those that run
guards            what the process may not do
child_process     starts the process, writes to its pipes, ends it
client            `Learner`: sends a call to the process, and returns an `Answer` or a `Failure`
learner/          all that the process itself loads: main answers the calls, wire is the form of the messages
helpers           the code of functions that the course's notebooks import
layout            converts arguments into the learner's form (arrays, rows or columns), and results back
"""
