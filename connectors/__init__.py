"""The edge: registries in, by database or by delivered file; nothing but the contract's columns, landed once and unchanged."""
