"""Files on their way up and down, and what is made of a picture before it goes."""
