"""The `course-torch` command: a function for each subcommand, in the file that `main.FILES` names."""
