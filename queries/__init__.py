"""Everything that reads the warehouse, and nothing that draws."""
