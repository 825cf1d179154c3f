"""The warehouse's cells as an attack: whatever stands in them is shown as it stands, and does nothing else."""
