"""Figures that the course's assignments print, and the experiments that reach them again."""
