"""The parts of a report, each a function of the content and the reader's voice."""
