"""What makes a wrong tensor: known mistakes, a factor, and what the numbers show by themselves."""
