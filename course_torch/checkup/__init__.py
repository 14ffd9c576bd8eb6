"""The checks of `course-torch doctor`. Each of them becomes a `Finding`, which is a row of a table in two languages.

machine     the versions of the packages, and the machine: memory, threads, driver
devices     the devices, each with the dtypes in which it multiplies matrices, and the gradients of small networks there
"""
