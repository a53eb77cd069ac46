"""The command `hedui`: one file a command. Only here and in tests may everything be imported."""
