-- Delayed jobs, those due first first.
--
-- KEYS 1 sorted set of the seconds at which something is due
-- ARGV 1 begin of the keys of lists, 2 the last second that is looked at or '+inf', 3 at most so many jobs
-- Answers {second, item, second, item, …}.
local answer, n_found, limit = {}, 0, tonumber(ARGV[3])
local from = 0
while n_found < limit do
  local seconds = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[2], 'BYSCORE', 'LIMIT', from, 100)
  for _, second in ipairs(seconds) do
    local items = redis.pcall('LRANGE', ARGV[1] .. second, 0, limit - n_found - 1)
    for _, item in ipairs(items.err and {} or items) do
      answer[#answer + 1] = second
      answer[#answer + 1] = item
      n_found = n_found + 1
    end
    if n_found >= limit then
      break
    end
  end
  if #seconds < 100 then
    break
  end
  from = from + 100
end
return answer
