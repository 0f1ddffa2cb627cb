-- Gives claims back to the end of their queues that is taken from next, the bytes unchanged.
--
-- KEYS 1 claims of a service, 2 its jobs that run, 3 its claims that are to be cancelled: those end
-- ARGV 1 begin of the keys of queues, 2 command that gives back, 3 channel of hints, then numbers of claims, the latest first
-- Answers for each claim 1, 0 when it was not held, or an error: then it is still held.
local answer, n_released = {}, 0
for place = 4, #ARGV do
  local claim = ARGV[place]
  local value = redis.call('HGET', KEYS[1], claim)
  if not value then
    answer[#answer + 1] = 0
  else
    local colon = string.find(value, ':', 1, true)
    local length = tonumber(string.sub(value, 1, colon - 1))
    local queue = string.sub(value, colon + 1, colon + length)
    redis.call('HDEL', KEYS[1], claim)
    redis.call('HDEL', KEYS[2], claim)
    local is_cancelled = redis.call('HDEL', KEYS[3], claim) == 1
    local done = is_cancelled or redis.pcall(ARGV[2], ARGV[1] .. queue, string.sub(value, colon + length + 1))
    if type(done) == 'table' and done.err then
      redis.call('HSET', KEYS[1], claim, value)
      answer[#answer + 1] = done.err
    else
      rise(claim, KEYS[1], 0, 0)
      answer[#answer + 1] = 1
      n_released = n_released + 1
    end
  end
end
if n_released > 0 then
  redis.call('PUBLISH', ARGV[3], '')
end
return answer
