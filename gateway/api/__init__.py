"""Interfaces for programs: the staff API and the partners' API."""
