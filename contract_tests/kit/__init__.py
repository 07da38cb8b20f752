"""How the tests speak to a server and set it up."""
