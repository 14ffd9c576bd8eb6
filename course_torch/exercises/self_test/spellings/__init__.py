"""Other right ways to write the functions of each chapter."""
