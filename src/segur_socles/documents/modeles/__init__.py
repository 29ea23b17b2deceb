"""What documents hold, one type of content a file."""
