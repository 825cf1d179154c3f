"""Who may see it: the ways in, the rules, sign-in against a real provider, screens, and every address for everybody."""
