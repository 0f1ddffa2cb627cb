-- Takes over what a service tells of itself anew.
--
-- KEYS 1 service, 2 queues that were polled
-- ARGV 1 what it tells, then queues and patterns that it has polled until now
-- Answers 1, or 0 when there is no such service.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
local time = redis.call('TIME')
local now = string.format('%d%06d', time[1], time[2])
redis.call('HSET', KEYS[1], 'info', ARGV[1])
for place = 2, #ARGV do
  redis.call('HSET', KEYS[2], ARGV[place], now)
end
return 1
