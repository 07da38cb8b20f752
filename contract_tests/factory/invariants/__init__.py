"""What holds after every step, by name: stock, orders, documents."""
