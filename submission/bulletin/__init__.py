"""The bulletin of a month: what is shown of it, and how."""
