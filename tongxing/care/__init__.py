"""The coordinator: an entry is logged, duties are discharged, events open duties."""
