"""What the evidence answers to the paper: scenarios, options, insights, risks, phases."""
