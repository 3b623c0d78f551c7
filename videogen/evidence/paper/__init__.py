"""What the paper claims, each figure recomputed and set against what is published and measured."""
