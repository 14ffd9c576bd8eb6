"""The playground: a page whose engine trains by the recorded formulas, without Python, and where the page is kept."""
