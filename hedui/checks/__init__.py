"""What `hedui doctor` looks at, one file a subject. A check changes nothing, and reads no row of a registry."""
