"""Class rosters (班级花名册): what a school's classes hand in each term, and what it says of the children on the register."""
