"""How good the links are, by what people said of pairs."""
