"""Tests against real libraries and local servers."""
