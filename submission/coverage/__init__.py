"""How many births does no registry hold? Lower bounds, and estimates from how the registries overlap (domain.md 3.1 to 3.4)."""
