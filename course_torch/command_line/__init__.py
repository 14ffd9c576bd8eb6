"""Command-line code that all programs share: parser, one-line errors, exit codes, progress bars, output files."""

import os

# Figures are files. Matplotlib cannot even be imported if this variable names a backend that does not exist.
os.environ["MPLBACKEND"] = "agg"
