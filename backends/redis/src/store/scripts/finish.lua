-- Ends claims. Only a claim that is held is ended, and only then is done what belongs to its end.
--
-- KEYS 1 claims of a service, 2 its jobs that run, 3 its claims that are to be cancelled
-- ARGV 1 how many ends that count as processed, were not marked as running and do nothing else; numbers of their claims;
--      then how many other ends; for each of them: number of the claim, 'p' (counts as processed), 'f' (and as failed) or '-', '1' if
--      it was marked as running, how many commands, and for each command: how many words, the words;
--      then how many counters; for each of them: its key, 'p' or 'f', seconds that it is kept or '0'
-- Answers {1 when all of the first ends were of claims that are held, or else a list of 1 and 0; then for each other end 1, 0 when
-- the claim was not held, or the error of one of its commands: then the claim is still held}.
local call = redis.call
local n_processed, n_failed = 0, 0
local has_cancels = call('EXISTS', KEYS[3]) == 1
local n_plain = tonumber(ARGV[1])
local ended = {}
for place = 1, n_plain do
  local claim = ARGV[place + 1]
  local is_held = call('HDEL', KEYS[1], claim)
  ended[place] = is_held
  n_processed = n_processed + is_held
  if is_held == 1 and seats then
    rise(claim, KEYS[1], 1, 0)
  end
  if is_held == 1 and has_cancels then
    call('HDEL', KEYS[3], claim)
  end
end
local answer = {n_processed == n_plain and 1 or ended}
local at = n_plain + 3
for end_number = 2, tonumber(ARGV[n_plain + 2]) + 1 do
  local claim, kind, is_marked, n_commands = ARGV[at], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  at = at + 4
  local value = n_commands > 0 and redis.call('HGET', KEYS[1], claim)
  local is_held = redis.call('HDEL', KEYS[1], claim) == 1
  local fault
  for _ = 1, n_commands do
    local n_words = tonumber(ARGV[at])
    if is_held and not fault then
      local done = redis.pcall(unpack(ARGV, at + 1, at + n_words))
      fault = type(done) == 'table' and done.err
    end
    at = at + n_words + 1
  end
  if fault then
    redis.call('HSET', KEYS[1], claim, value)
    answer[end_number] = fault
  elseif is_held then
    if is_marked == '1' then
      redis.call('HDEL', KEYS[2], claim)
    end
    rise(claim, KEYS[1], kind == '-' and 0 or 1, kind == 'f' and 1 or 0)
    if has_cancels then
      redis.call('HDEL', KEYS[3], claim)
    end
    answer[end_number] = 1
    if kind ~= '-' then
      n_processed = n_processed + 1
    end
    if kind == 'f' then
      n_failed = n_failed + 1
    end
  else
    answer[end_number] = 0
  end
end
local n_counters = tonumber(ARGV[at])
for number = 0, n_counters - 1 do
  local key, kind, seconds = ARGV[at + number * 3 + 1], ARGV[at + number * 3 + 2], ARGV[at + number * 3 + 3]
  local by = kind == 'p' and n_processed or n_failed
  if by > 0 then
    local counted = redis.pcall('INCRBY', key, by)
    if seconds ~= '0' and type(counted) == 'number' then
      redis.call('EXPIRE', key, seconds)
    end
  end
end
return answer
