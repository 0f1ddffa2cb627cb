UPDATE "{claims}" SET unreadable = NULL WHERE unreadable IS NOT NULL
