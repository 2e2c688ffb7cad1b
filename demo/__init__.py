"""The demonstration organisation, produced through the same services as real use."""
