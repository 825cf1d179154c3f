"""The rules of the contract, a subject a file; every module here is found by itself."""
