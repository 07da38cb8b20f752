"""What every request passes, in guard order, and the envelope of every answer."""
