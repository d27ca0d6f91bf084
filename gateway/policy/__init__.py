"""The life of a policy bundle outside the decision: for now its export to Cedar, a second and independent engine."""
