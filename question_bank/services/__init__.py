"""What people do to items. Each function is one act; the caller commits."""
