-- How many jobs are delayed.
--
-- KEYS 1 sorted set of the seconds at which something is due
-- ARGV 1 begin of the keys of lists
local n_jobs = 0
for _, second in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local length = redis.pcall('LLEN', ARGV[1] .. second)
  n_jobs = n_jobs + (type(length) == 'number' and length or 0)
end
return n_jobs
