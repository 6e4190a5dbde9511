"""The policy pack: what an environment must be before it may change."""
