"""What goes wrong with requests on purpose."""
