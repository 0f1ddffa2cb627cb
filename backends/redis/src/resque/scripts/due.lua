-- Takes the locks of schedulers, and tells what is due by the clock of the server.
--
-- KEYS 1 sorted set of seconds, then the locks of schedulers
-- ARGV 1 begin of the keys of lists, 2 at most so many jobs, 3 what stands in locks of ours, 4 seconds that they last
-- Answers {now in microseconds, second, item, …}; {} when nothing is due or another scheduler is at work.
local time = redis.call('TIME')
local seconds = redis.call('ZRANGE', KEYS[1], '-inf', time[1], 'BYSCORE', 'LIMIT', 0, 100)
if #seconds == 0 then
  return {}
end
for place = 2, #KEYS do
  local holder = redis.call('GET', KEYS[place])
  if holder and holder ~= ARGV[3] then
    return {}
  end
end
for place = 2, #KEYS do
  redis.call('SET', KEYS[place], ARGV[3], 'EX', ARGV[4])
end
local answer = {string.format('%d%06d', time[1], time[2])}
local limit, n_found = tonumber(ARGV[2]), 0
for _, second in ipairs(seconds) do
  local items = redis.pcall('LRANGE', ARGV[1] .. second, 0, limit - n_found - 1)
  if not items.err then
    if #items == 0 then
      -- What resque-scheduler leaves when the last job of a second is taken away by hand.
      redis.call('ZREM', KEYS[1], second)
    end
    for _, item in ipairs(items) do
      answer[#answer + 1] = second
      answer[#answer + 1] = item
      n_found = n_found + 1
    end
  end
  if n_found >= limit then
    break
  end
end
return answer
