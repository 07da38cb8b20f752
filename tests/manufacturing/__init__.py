"""The rules of manufacturing, tested without storage and without HTTP."""
