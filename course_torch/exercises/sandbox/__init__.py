"""The process of the learner's code: the code that it gets, its guards, and the layout of arguments and results."""
