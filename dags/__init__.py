"""When: schedule, retries, order. No logic, no SQL, no environment."""
