"""Judge a learner's file: each function, the caches between functions, the whole pass; the answer in words, hints."""
