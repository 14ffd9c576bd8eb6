"""What people look at: tables for the terminal, figures, and pages of one HTML file.

tables            a table for the terminal; those of a network and of its predictions
bundle            the scripts and styles of `web` in one text, for a page of one file
page              the data of such a page, and the frame of a report
gradient_report   the gradient report as a table and as a page
trained           the small trainings whose numbers the gallery draws
occlusion         what in a picture speaks for a class, in numbers
figures/          the figures, from tensors and numbers
gallery           the figures of the notes, in their order, for `course-torch figures`
"""
