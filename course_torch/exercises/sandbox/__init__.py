"""A learner's code runs in a process of its own.

guards            what the process may not do
child_process     starts the process, writes to its pipes, ends it
client            `Learner`: sends a call to the process, and returns an `Answer` or a `Failure`
learner/          all that the process itself loads: main answers the calls, wire is the form of the messages
helpers           the code of functions that the course's notebooks import
layout            converts arguments into the learner's form (arrays, rows or columns), and results back
"""
