"""What is derived of each distinct value once: written forms, sounds, parts, days, places."""
