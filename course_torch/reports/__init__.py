"""What people look at: tables for the terminal, figures, and the small trainings that fill the gallery of figures."""
