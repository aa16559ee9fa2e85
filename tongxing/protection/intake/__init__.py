"""The window at which every alarm comes in: one tap, the office's form, the public page; who was told; who is on duty."""
