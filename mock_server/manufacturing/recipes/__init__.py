"""Recipes: batches, yields and percentages."""
