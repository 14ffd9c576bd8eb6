"""A learner's file is read here, without running it.

text              path -> its text, in any encoding
problems, cells   the text as pieces of Python, and why a piece is not Python
syntax            what the tree of the code shows
source            `Source`: what the file holds. statements: those that run
"""
