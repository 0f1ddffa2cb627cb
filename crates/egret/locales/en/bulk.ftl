# Changes of many jobs.
