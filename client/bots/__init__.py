"""What stands behind `Bot`: which function an event is for, in what order, under which key it answers, and what is kept of it."""
