"""A registry that is to be connected for the first time: what it offers, how it writes, how far it is from its contract. Front door: `profile.profile`."""
