"""be.ENERGISED for operators (CPO API)."""

from .about import KEY, NAME
from .auth import DEFAULT_SERVER
from .client import BeenergisedCpoClient, parse_tenant

__all__ = ["DEFAULT_SERVER", "KEY", "NAME", "BeenergisedCpoClient", "parse_tenant"]
