"""What acts on runs: plan, queue, execute, re-attach."""
