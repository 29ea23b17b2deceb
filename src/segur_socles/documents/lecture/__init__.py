"""What other software sends, read into values: sections, treatments, results, attached files."""
