"""What BOMs and recipes have in common: how an item is made, from what and at which cost."""
