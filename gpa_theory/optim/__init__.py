"""GPA for PyTorch: an optimizer around any optimizer, and what keeps it honest."""

from gpa_theory.optim.gpa import GPA as GPA
