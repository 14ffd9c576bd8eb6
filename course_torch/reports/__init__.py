"""What people look at: tables for the terminal, figures, and pages of one HTML file.

tables            networks, results, exercises and the doctor as tables for the terminal
gradient_report   the gradient report as such a table, and as a page
bundle            the scripts and styles of `web` in one text, for a page of one file
page              the data of such a page, and the frame of a report
figures/          the figures, by what they show, from tensors and numbers
trained           the small trainings whose numbers the gallery draws
gallery           the figures of the notes, in their order, for `course-torch figures`
"""
