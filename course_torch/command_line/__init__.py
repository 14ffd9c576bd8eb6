"""Command-line code that all programs share: arguments go in, options and output files or one line of error come out.

configs      finds the file of a `--config`
yaml_text    loads the YAML of a config or of an option
parser       parses the arguments, more strictly than jsonargparse
help         the help of a parser in Chinese
sentences    what jsonargparse says of an error, as one sentence
errors       one-line errors on stderr, and exit codes
files        checks of paths, atomic writes, JSON, locked folders
"""

import os

# Figures are files. Matplotlib cannot even be imported if this variable names a backend that does not exist.
os.environ["MPLBACKEND"] = "agg"
