"""The web pages where desks and stewards work: their own list, the undecided pair, the month's return; Chinese first."""
