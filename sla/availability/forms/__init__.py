"""What people fill in about outages, maintenance, monitors and subscriptions."""
