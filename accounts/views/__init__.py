"""Pages: signing in, people and units, accounts, roles, the audit trail."""

from accounts.views import accounts, audit, people, roles, roster, signing, units
from accounts.views.base import bp

__all__ = ["accounts", "audit", "bp", "people", "roles", "roster", "signing", "units"]
