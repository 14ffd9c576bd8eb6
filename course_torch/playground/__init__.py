"""The playground: a page whose engine trains by the recorded formulas, without Python.

settings      what the page can set
points        the points of its data sets, and the user's own
recorder      records a formula as a graph of torch's operations; packed writes graphs as short texts
graphs        records the passes of every network that the settings allow, with the mistakes
kit           all that the page's engine needs: graphs, mistakes, sentences, constants
standalone    makes the page: scripts, texts, kit and sets in one HTML file
stored_page   finds the page on this machine, keeps it there, and writes a link into a copy
"""
