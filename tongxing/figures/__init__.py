"""Statistical tables (统计报表): declared as data, counted set-based, sent up frozen at the statistical date."""
