-- Shows the workers of a service, with a beat. Slots that are new are free; what is no longer a slot goes, at once or when its
-- job has ended.
--
-- KEYS 1 ids of the service's workers, 2 free ones, 3 those to go, 4 workers, 5 heartbeats, 6 the service itself
-- ARGV 1 begin of the keys of workers, 2 begin of the counters, 3 the moment as a heartbeat, 4 as a start, 5 how many workers, their
--      ids, then the begin of the keys of ours
-- Answers 1, or 0 when there is no such service: its workers would outlive it.
if redis.call('EXISTS', KEYS[6]) == 0 then
  return 0
end
local function unregister(id)
  redis.call('SREM', KEYS[4], id)
  redis.call('DEL', ARGV[1] .. id, ARGV[1] .. id .. ':started')
  redis.call('HDEL', KEYS[5], id)
  redis.call('DEL', ARGV[2] .. 'processed:' .. id, ARGV[2] .. 'failed:' .. id)
end
local is_slot = {}
for place = 6, 5 + tonumber(ARGV[5]) do
  local id = ARGV[place]
  is_slot[id] = true
  if redis.call('SADD', KEYS[1], id) == 1 then
    redis.call('HDEL', KEYS[5], id)
    if redis.call('SREM', KEYS[3], id) == 0 then
      redis.call('RPUSH', KEYS[2], id)
    end
  end
  redis.call('HSET', KEYS[5], id, ARGV[3])
  redis.call('SADD', KEYS[4], id)
  redis.call('SET', ARGV[1] .. id .. ':started', ARGV[4], 'NX')
end
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if not is_slot[id] then
    redis.call('SREM', KEYS[1], id)
    if redis.call('LREM', KEYS[2], 0, id) > 0 then
      unregister(id)
    else
      redis.call('SADD', KEYS[3], id)
    end
  end
end
for _, id in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  if redis.call('EXISTS', ARGV[1] .. id) == 0 then
    redis.call('SREM', KEYS[3], id)
    unregister(id)
  else
    redis.call('HSET', KEYS[5], id, ARGV[3])
  end
end
local own = ARGV[#ARGV]
redis.call('PERSIST', own .. 'names')
redis.call('PERSIST', own .. 'polled')
return 1
