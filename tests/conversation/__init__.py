"""Whole conversations, written as scripts that anyone can read, run through the real model and a real database."""
