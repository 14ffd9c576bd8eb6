"""Command-line code that all programs share: arguments go in, options and output files or one line of error come out.

program    runs a program: its errors end in one line on stderr, its end has an exit code
configs    finds the file of a `--config`, and checks its YAML
parser     parses the arguments, more strictly than jsonargparse
help       the help of a parser in Chinese
sentences  what jsonargparse says of an error, as one sentence
files      which arguments name files, and whether these can be read and written
"""
