"""What leaves at the end of a month: how complete each registry is, the statistical return, its gates."""
