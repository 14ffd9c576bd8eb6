"""The checker judged by mistakes made on purpose in right solutions, and by right code that is written otherwise."""
