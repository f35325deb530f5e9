"""Security schemes: who calls, and what they may do."""
