"""The register of laws and party regulations: versions, articles, search."""
