"""A log file as members send them."""

WISE_LOG = """\
08:57:41 INFO  balie-pc 3  aangemeld als balie, vestiging 1011
08:58:02 INFO  verbinding met aanmelddienst geopend
08:58:12 WARN  antwoord van aanmelddienst leeg, nieuwe poging 1 van 3
08:58:27 WARN  antwoord van aanmelddienst leeg, nieuwe poging 2 van 3
08:58:42 WARN  antwoord van aanmelddienst leeg, nieuwe poging 3 van 3
08:58:42 ERROR WB-4018 geen geldige sessie na aanmelden
08:59:10 INFO  scherm gesloten door gebruiker
"""
