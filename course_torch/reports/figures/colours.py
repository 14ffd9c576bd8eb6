"""The colours of all figures: the palette of Okabe and Ito, which colour-blind readers can distinguish.

A line style, a marker or a word always repeats the meaning of a colour.
"""

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREY = "#666666"
RED = "#B2182B"
"""For what a word calls red. Vermillion is an orange."""

SERIES = ((BLUE, "-"), (VERMILLION, "--"), (GREEN, "-."), (PURPLE, ":"), (ORANGE, "-"), (SKY_BLUE, "--"))
"""Colour and line style of the first, second, … curve of a panel."""

SIGNED = "RdBu"
"""Colour map of signed quantities: red below 0, white at 0, blue above 0."""

CHANNELS = {"red": RED, "green": GREEN, "blue": BLUE}
"""Channel of a picture -> colour of its frame, in the order of the channels."""
