"""MSSanté, the secure mail of health professionals, and the directory that says who has which mailbox."""
