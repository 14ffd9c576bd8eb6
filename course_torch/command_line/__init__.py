"""What the commands and the training share: parser, one-line errors, exit codes, progress bars, files."""
