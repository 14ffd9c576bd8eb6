"""What people look at: tables for the terminal, figures, and pages of one HTML file.

tables            a table for the terminal; those of a network and of its predictions
page              what a page of one file needs: scripts and styles in one text, data, and the frame of a report
gradient_report   the gradient report as a table and as a page
figures/          the figures, from tensors and numbers
gallery           the figures of the notes, in their order, for `course-torch figures`, and their small trainings
"""
