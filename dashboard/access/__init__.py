"""Who may see it: who somebody is, what each may do, sign-in, screens, and the hardened front before everything."""
