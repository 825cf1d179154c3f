"""The pack: a week of the meeting as one file, and as a mail; both from the same drawing as the page."""
