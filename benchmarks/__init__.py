"""One command per figure of docs/performance.md; a figure is a ratio to a floor measured in the same run."""
