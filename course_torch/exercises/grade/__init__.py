"""Grade a class: the files of the students go in; a table, answers, a summary and a page come out.

grading       the files of a folder, each judged in a process of its own; a `Grade` comes out
table         the table of the grades, also as people have changed it, and the record beside it
answers       the answer to each file: feedback, JSON, Gradescope
summary       the class in sentences
page          the class on one page
"""
