"""What runs in the process of the learner's code. It knows no right result, and imports torch only for torch code."""
