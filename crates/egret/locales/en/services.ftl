# Services.

services-none = no services
services-ordered = ordered
services-done = done
services-gone = had left already
services-dead = dead, takes no orders
