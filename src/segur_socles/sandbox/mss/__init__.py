"""An MSSanté operator on one machine: submission (SMTP) and reading (IMAP) over mutual TLS."""
