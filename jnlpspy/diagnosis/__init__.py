"""Events to findings: rules that name a problem, its evidence and its cure."""
