"""Pictures, scans and evidence of a child's file: encrypted on disk under the child's own key, described by rows."""
