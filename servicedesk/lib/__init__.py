"""Model-free tools that every room may use. They know nothing of tickets or people."""
