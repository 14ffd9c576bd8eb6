"""The colours of all figures: the palette of Okabe and Ito, which colour-blind readers can tell apart.

Colour is never the only sign: what it means is also said by a line style, a marker or a word.
"""

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREY = "#666666"

SERIES = ((BLUE, "-"), (VERMILLION, "--"), (GREEN, "-."), (PURPLE, ":"), (ORANGE, "-"), (SKY_BLUE, "--"))
"""Colour and line style of the first, second, … curve of one panel."""

SIGNED = "RdBu"
"""Colour map of quantities with a middle: vermillion-like below it, white at it, blue above it."""

CHANNELS = {"red": VERMILLION, "green": GREEN, "blue": BLUE}
"""The channels of a picture in their order, each with the colour of its frame."""
