"""What runs in the process of the learner's code. It knows no right result, imports nothing else of course_torch,
and imports torch only for torch code.
"""
