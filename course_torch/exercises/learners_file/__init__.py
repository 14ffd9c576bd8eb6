"""A learner's file is read here, without running it.

problems, cells   the text as pieces of Python, and why a piece is not Python
syntax            what the tree of the code shows. unwritten: places of a template that nobody has filled in
source            `Source`: what the file holds, from its text in any encoding. statements: those that run
"""
