"""What conditions cost per video and per month, under what a person assumes."""
