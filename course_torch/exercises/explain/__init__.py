"""What is said of a wrong function: what its result shows, and the causes in numbers, text and exceptions."""
