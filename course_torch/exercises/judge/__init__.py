"""Judge one function of a learner's file: its calls, the cause of a wrong result, the caches between functions."""
