"""GPA on quadratics: stability limit and stationary variance."""
