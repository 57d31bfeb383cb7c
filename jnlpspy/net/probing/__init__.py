"""Doctor's walk: looks at a controller as an agent would, step by step, and judges nothing."""
