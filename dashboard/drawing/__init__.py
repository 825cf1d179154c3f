"""Drawing: values in, components or figures out. Pure; nothing here reads, reckons or judges."""
