"""The calendar of a place: school terms, holidays, festivals. The pages stand here because a page asks who is at the desk."""
