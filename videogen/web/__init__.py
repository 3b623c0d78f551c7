"""The HTTP side of the app's process: clips, ratings, health; no page and no SQL."""
