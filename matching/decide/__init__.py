"""From scored pairs to entities, and to the pairs that a person should look at."""
