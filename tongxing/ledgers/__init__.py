"""Excel lists read and written by a declared column catalogue.

A list's catalogue is data (``catalogue_file.load``). ``reading.read`` turns a workbook into checked rows with problems named
by cell; ``writing`` makes the empty template, the fix-and-re-upload file and the export from the same catalogue.
"""
