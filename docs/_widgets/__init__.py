"""The widgets of the lessons: NAME.py writes the HTML and the data, NAME.js makes it move."""
