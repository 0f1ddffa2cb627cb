-- Makes a service known.
--
-- KEYS 1 service, 2 all services, 3 names with the time of their last change
-- ARGV 1 id, 2 name, 3 what it tells of itself, 4 how many of the name may live or '', 5 begin of the keys of services, then
--      the services that are known to be dead
-- Answers 1, or 0 when as many live already.
local time = redis.call('TIME')
local now = string.format('%d%06d', time[1], time[2])
if ARGV[4] ~= '' then
  local is_dead = {}
  for place = 6, #ARGV do
    is_dead[ARGV[place]] = true
  end
  local n_living = 0
  for _, id in ipairs(redis.call('SMEMBERS', KEYS[2])) do
    if not is_dead[id] and redis.call('HGET', ARGV[5] .. id, 'name') == ARGV[2] then
      n_living = n_living + 1
    end
  end
  if n_living >= tonumber(ARGV[4]) then
    return 0
  end
end
redis.call('HSET', KEYS[1], 'name', ARGV[2], 'info', ARGV[3], 'started_at', now, 'beat_at', now, 'beats', '0')
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[2], now)
return 1
