"""What levels are worth: strangers counted, matches learnt by EM, weights from both."""
