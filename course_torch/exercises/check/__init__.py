"""Check a learner's file: which assignments it holds, the verdicts on their functions, and the answer in words."""
