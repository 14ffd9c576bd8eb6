"""Command-line code that all programs share: parser, one-line errors, exit codes, progress bars, output files."""
