-- Takes jobs out of where they lie, those that are still there as they were read, and runs what belongs to it.
--
-- KEYS 1 channel of hints
-- ARGV for each job: 'list' or 'zset', its key, its bytes, what takes their place in a list or '', how many commands, and for each command: how many words, the words
-- Answers for each job 1, 0 when it was no longer there, or the error of a command: then it is put back.
local answer = {}
local at = 1
while at <= #ARGV do
  local kind, key, bytes, kept, n_commands = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], tonumber(ARGV[at + 4])
  at = at + 5
  local score = kind == 'zset' and redis.call('ZSCORE', key, bytes)
  local place = kept ~= '' and redis.call('LPOS', key, bytes, 'RANK', -1)
  local removed
  if place then
    redis.call('LSET', key, place, kept)
    removed = 1
  elseif kept ~= '' then
    removed = 0
  else
    removed = kind == 'list' and redis.call('LREM', key, -1, bytes) or redis.call('ZREM', key, bytes)
  end
  local fault
  for _ = 1, n_commands do
    local n_words = tonumber(ARGV[at])
    if removed == 1 and not fault then
      local done = redis.pcall(unpack(ARGV, at + 1, at + n_words))
      fault = type(done) == 'table' and done.err
    end
    at = at + n_words + 1
  end
  if fault then
    if place then
      redis.call('LSET', key, place, bytes)
    elseif kind == 'list' then
      redis.call('RPUSH', key, bytes)
    else
      redis.call('ZADD', key, score, bytes)
    end
  end
  answer[#answer + 1] = fault or removed
end
redis.call('PUBLISH', KEYS[1], '')
return answer
