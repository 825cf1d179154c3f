"""The numbers of the board, one subject a file: a module's ``numbers`` yields them from one reading."""
