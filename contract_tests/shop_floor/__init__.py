"""Recipes, work orders, inspections and job work on a sandbox of their own: refusals, worked cases, parallel use."""
