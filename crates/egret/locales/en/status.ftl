# The verdict of the status page and what to do.
