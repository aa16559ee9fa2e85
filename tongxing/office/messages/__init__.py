"""What people were told, and what was sent to their telephones. The pages stand here because a page asks who is at the desk."""
