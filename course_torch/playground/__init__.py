"""The playground: the project's own training loop behind a page, in one worker thread, without Lightning."""
