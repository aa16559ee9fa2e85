"""What leaves the house, after commit: messages that people find here, text messages and e-mails that call them here. None of it names a child."""
