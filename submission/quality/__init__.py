"""How well registries record: timeliness curves, and the rates of domain.md 3.4, each with numerator and denominator."""
