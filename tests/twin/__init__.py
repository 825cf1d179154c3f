"""The slow, obvious twin of the board: every number a second time, in plain Python, from the words of its definition.

No SQL, no pandas, and nothing of the program it checks: rows are dicts, the agreement and the company are what stands
in their files, and whatever can be counted by walking through it is walked through.
"""
