"""What scores come to: results, pass lines, certificates, the final seal."""
