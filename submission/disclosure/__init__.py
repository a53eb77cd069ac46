"""What of a table may be shown to whom: small cells hidden, others with them, now and beside every earlier release (rights.md R9)."""
