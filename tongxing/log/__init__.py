"""What happened: entries, who took part, and the pictures. Append-only."""
