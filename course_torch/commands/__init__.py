"""The `course-torch` command: one function a file and subcommand."""
