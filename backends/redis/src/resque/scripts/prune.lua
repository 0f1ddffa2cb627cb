-- Takes away a worker of others that has long been silent, and puts the job that it had among the failures.
--
-- KEYS 1 heartbeats, 2 workers, 3 counter of failures
-- ARGV 1 its id, 2 its heartbeat as it was seen, 3 begin of the keys of workers, 4 begin of the counters, 5 what it said that it was
--      doing or '', then words of commands: for each command how many words, the words
-- Answers 1, or 0 when it lives again or was taken away by somebody else.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return 0
end
local record = ARGV[3] .. ARGV[1]
if ARGV[5] ~= '' and redis.call('GET', record) == ARGV[5] then
  local at = 6
  while ARGV[at] do
    local n_words = tonumber(ARGV[at])
    redis.call(unpack(ARGV, at + 1, at + n_words))
    at = at + n_words + 1
  end
  redis.call('INCRBY', KEYS[3], 1)
end
redis.call('SREM', KEYS[2], ARGV[1])
redis.call('DEL', record, record .. ':started')
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('DEL', ARGV[4] .. 'processed:' .. ARGV[1], ARGV[4] .. 'failed:' .. ARGV[1])
return 1
