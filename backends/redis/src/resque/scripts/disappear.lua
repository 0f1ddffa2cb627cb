-- Takes away all that shows the workers of a service that has gone.
--
-- KEYS 1 ids of its workers, 2 free ones, 3 those to go, 4 workers, 5 heartbeats, then what else is kept of its workers
-- ARGV 1 begin of the keys of workers, 2 begin of the counters, 3 begin of the keys of ours, 4 seconds for which it is remembered
--      when services were there
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
-- The last of ours leaves nothing that stays: numbers of claims are those of a service, and may begin again.
if redis.call('SCARD', ARGV[3] .. 'services') == 0 then
  redis.call('DEL', ARGV[3] .. 'last_claim')
  redis.call('EXPIRE', ARGV[3] .. 'names', ARGV[4])
  redis.call('EXPIRE', ARGV[3] .. 'polled', ARGV[4])
end
return #ids
