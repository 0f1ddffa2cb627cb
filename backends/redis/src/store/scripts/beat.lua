-- A sign of life, the marks of jobs that began and ended since the last, and the orders that wait.
--
-- KEYS 1 service, 2 its claims, 3 its jobs that run, 4 its claims that are to be cancelled
-- ARGV 1 phase, 2 resident bytes, 3 jobs ended, 4 how many jobs began; for each: number of the claim, time;
--      then how many ended; their claims; then claims whose jobs run by the word of the service
-- Answers {'ok', number of the order, order, n claims, {job to cancel, …}, lost claim, …}, or {'unknown'}.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {'unknown'}
end
local time = redis.call('TIME')
local now = string.format('%d%06d', time[1], time[2])
redis.call('HINCRBY', KEYS[1], 'beats', 1)
redis.call('HSET', KEYS[1], 'beat_at', now, 'phase', ARGV[1], 'resident_bytes', ARGV[2], 'n_finished', ARGV[3])
local at = 5
for _ = 1, tonumber(ARGV[4]) do
  if redis.call('HEXISTS', KEYS[2], ARGV[at]) == 1 then
    redis.call('HSETNX', KEYS[3], ARGV[at], ARGV[at + 1])
  end
  at = at + 2
end
local n_ended = tonumber(ARGV[at])
for place = at + 1, at + n_ended do
  redis.call('HDEL', KEYS[3], ARGV[place])
end
local ordered = redis.call('HMGET', KEYS[1], 'order_number', 'order')
local answer = {'ok', ordered[1] or '0', ordered[2] or '', redis.call('HLEN', KEYS[2]),
  redis.call('HVALS', KEYS[4])}
for place = at + n_ended + 1, #ARGV do
  if redis.call('HEXISTS', KEYS[2], ARGV[place]) == 0 then
    answer[#answer + 1] = ARGV[place]
  end
end
return answer
