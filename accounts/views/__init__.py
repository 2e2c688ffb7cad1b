"""Pages: signing in, people and units, accounts and roles."""

from accounts.views import administration, people, signing, units
from accounts.views.base import bp

__all__ = ["administration", "bp", "people", "signing", "units"]
