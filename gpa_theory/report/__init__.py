"""What people take away: tables, citations, provenance, figures."""
