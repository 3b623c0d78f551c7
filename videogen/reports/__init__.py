"""What people take away: reports, and bundles that anyone can recompute the figures from."""
