"""Finding children: the words they are found by, the filters of the list, and the list itself."""
