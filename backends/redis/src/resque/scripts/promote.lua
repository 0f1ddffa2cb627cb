-- Moves delayed jobs into queues, those that are still there, and gives the locks of schedulers back.
--
-- KEYS 1 sorted set of seconds, 2 names of queues, then the locks of schedulers
-- ARGV 1 begin of the keys of lists, 2 of those of queues, 3 of the sets that say where an item lies, 4 what stands in locks of
--      ours, 5 channel of hints, then for each job: its second, the item, its queue and the element to push; an empty queue
--      means that the element goes to the list of the key that is behind the begin of the keys of queues
-- Answers how many were moved, or -1 when another scheduler has begun to work.
for place = 3, #KEYS do
  local holder = redis.call('GET', KEYS[place])
  if holder and holder ~= ARGV[4] then
    return -1
  end
end
local n_moved, prefix = 0, ARGV[1]
for at = 6, #ARGV, 4 do
  local second, item, queue = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local list, where = prefix .. second, ARGV[3] .. item
  if redis.call('LREM', list, 1, item) == 1 then
    local pushed = redis.pcall('RPUSH', ARGV[2] .. queue, ARGV[at + 3])
    if type(pushed) == 'number' then
      redis.pcall('SADD', KEYS[2], queue)
      n_moved = n_moved + 1
      if not redis.call('LPOS', list, item) then
        redis.pcall('SREM', where, 'delayed:' .. second)
      end
    else
      redis.call('LPUSH', list, item)
    end
  end
  if redis.call('EXISTS', list) == 0 then
    redis.call('ZREM', KEYS[1], second)
  end
end
for place = 3, #KEYS do
  redis.call('DEL', KEYS[place])
end
if n_moved > 0 then
  redis.call('PUBLISH', ARGV[5], '')
end
return n_moved
