"""Recipes, orders, inspections and job work on a sandbox of their own."""
