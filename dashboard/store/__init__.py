"""The app's own store: what the meeting keeps (frozen weeks, actions, notes, promises), apart from the warehouse."""
