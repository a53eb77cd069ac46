"""What disagrees, who may see it, and what became of it."""
