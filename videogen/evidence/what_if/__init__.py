"""What other routing rules, or another mix of conditions, would have cost and been worth."""
