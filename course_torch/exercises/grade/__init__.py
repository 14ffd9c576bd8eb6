"""Grade a class: the files of the students go in; a table, a gradebook, a summary and a page come out.

grading    `graded_file`: checks one file in a process of its own; grade: the `Grade` that comes out
table      the table of the grades, also as people have changed it, and the record beside it
similar    the files whose functions resemble one another
students   the rules, the roster, the file of each student that counts, the points
summary    the class in sentences; page: the class on one page
"""
