"""Events on the integrator's machine: listing, sending again, forwarding."""
