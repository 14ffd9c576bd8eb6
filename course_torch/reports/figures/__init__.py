"""The figures, by what they show. Each function takes tensors or numbers and returns a matplotlib Figure.

drawing     what all of them share, and the file that is written
functions   functions of one and of two variables
diagrams    what computes what
curves      what was measured
pictures    pictures, and what a network sees in them
"""
