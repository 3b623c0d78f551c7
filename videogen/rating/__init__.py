"""The rating protocol as pure functions: what is shown, in which order, who is left out."""
