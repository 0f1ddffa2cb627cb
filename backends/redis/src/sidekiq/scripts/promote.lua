-- Moves jobs out of sorted sets, those that are still there.
--
-- KEYS 1 the dead set, 2 names of queues
-- ARGV 1 begin of the keys of queues, 2 now, 3 channel of hints; then for each job: its set, the member, its queue and the bytes
--      to push; an empty queue sends the member to the dead set as it is
-- Answers how many were moved.
local n_moved = 0
for at = 4, #ARGV, 4 do
  local set, member, queue = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local score = redis.call('ZSCORE', set, member)
  if score and redis.call('ZREM', set, member) == 1 then
    local done
    if queue == '' then
      done = redis.pcall('ZADD', KEYS[1], ARGV[2], member)
    else
      done = redis.pcall('LPUSH', ARGV[1] .. queue, ARGV[at + 3])
      if type(done) == 'number' then
        redis.pcall('SADD', KEYS[2], queue)
      end
    end
    if type(done) == 'number' then
      n_moved = n_moved + 1
    else
      redis.call('ZADD', set, score, member)
    end
  end
end
if n_moved > 0 then
  redis.call('PUBLISH', ARGV[3], '')
end
return n_moved
