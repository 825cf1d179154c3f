"""The command line, one command a file: a module's ``command`` is the command of the module's name."""
