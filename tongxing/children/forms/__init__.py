"""The forms of the register, made from the catalogue of fields and the code tables."""
