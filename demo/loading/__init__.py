"""Loading the demonstration organisation through the services that real use goes through."""
