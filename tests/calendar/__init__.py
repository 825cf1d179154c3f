"""Days, weeks, months and working time, held against oracles that step through UTC."""
