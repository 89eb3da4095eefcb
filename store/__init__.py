"""The log and everything durable: one interface, one database behind it. All SQL of the server is in here."""
