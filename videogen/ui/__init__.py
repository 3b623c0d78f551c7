"""What pages are made of: the shell, widgets, charts, and what they load and ask for."""
