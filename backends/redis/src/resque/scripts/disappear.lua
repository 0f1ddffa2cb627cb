-- Takes away all that shows the workers of a service that has gone.
--
-- KEYS 1 ids of its workers, 2 free ones, 3 those to go, 4 workers, 5 heartbeats, then what else is kept of its workers
-- ARGV 1 begin of the keys of workers, 2 begin of the counters
-- Answers how many workers there were.
local ids = redis.call('SUNION', KEYS[1], KEYS[3])
for _, id in ipairs(ids) do
  redis.call('SREM', KEYS[4], id)
  redis.call('DEL', ARGV[1] .. id, ARGV[1] .. id .. ':started')
  redis.call('HDEL', KEYS[5], id)
  redis.call('DEL', ARGV[2] .. 'processed:' .. id, ARGV[2] .. 'failed:' .. id)
end
for place, key in ipairs(KEYS) do
  if place < 4 or place > 5 then
    redis.call('DEL', key)
  end
end
return #ids
