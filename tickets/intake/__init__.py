"""The perfect-ticket coach: what to ask for which kind of question, and how complete it is."""
