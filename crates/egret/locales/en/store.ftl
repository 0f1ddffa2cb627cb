# The store and its care.
