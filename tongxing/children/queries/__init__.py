"""Reading the register: whole files, what is on the way, the left-behind rule over many children."""
