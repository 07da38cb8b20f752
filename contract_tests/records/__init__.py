"""What all records have in common: reading, paging, filtering, writing, archiving."""
