"""What nobody who means well sends: bodies, addresses, bytes and papers from one seed; only declared answers come back.

Every case follows from its seed and its number, so that one that fails is told by two numbers. All of it goes to this
process or to 127.0.0.1.
"""
