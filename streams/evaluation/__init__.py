"""How well texts are coded: labelled texts, figures that compare a coding with them, and pictures."""
