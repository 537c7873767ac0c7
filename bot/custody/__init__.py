"""What customers own: their data handed out by a link that works once, and let go when its time has come."""
