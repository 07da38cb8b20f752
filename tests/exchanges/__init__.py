"""The log of requests: what it keeps, masks, tells and writes."""
