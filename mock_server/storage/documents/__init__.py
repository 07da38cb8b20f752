"""Documents as rows: public JSON rendered once, columns to find them by."""
