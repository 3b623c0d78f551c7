"""What would turn a verdict, and the cheapest way to find out."""
