"""Command-line code that all programs share: parser, configs, one-line errors, exit codes, help, output files."""

import os

# Figures are files. Matplotlib cannot even be imported if this variable names a backend that does not exist.
os.environ["MPLBACKEND"] = "agg"
