# Services.
