-- Buries a service that is dead: what it held goes back or is set aside, as its rescuer found.
--
-- KEYS 1 service, 2 its claims, 3 its jobs that run, 4 all services, 5 names with the time of their last change, 6 queues that
--      were polled, 7 its claims that are to be cancelled: those end
-- ARGV 1 id, 2 name, 3 beats that it had made, 4 time of its last sign, 5 channel of hints, 6 begin of the keys of queues,
--      7 command that gives back, 8 how many polled queues; these; then how many claims; for each of them, the latest first: its
--      number, how many commands, and for each command: how many words, the words; then how many commands that take away what
--      shows the service, and for each of them: how many words, the words
-- Answers 1 and, for each claim, 1 or 0 when it was not there; {0} when the service lives or was buried by somebody else.
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HGET', KEYS[1], 'beats') ~= ARGV[3] then
  return {0}
end
local answer = {1}
local n_polled = tonumber(ARGV[8])
local at = 9 + n_polled
local n_claims = tonumber(ARGV[at])
at = at + 1
for _ = 1, n_claims do
  local claim, n_commands = ARGV[at], tonumber(ARGV[at + 1])
  at = at + 2
  local value = redis.call('HGET', KEYS[2], claim)
  local is_held = redis.call('HDEL', KEYS[2], claim) == 1
  local is_cancelled = redis.call('HEXISTS', KEYS[7], claim) == 1
  local fault
  for _ = 1, n_commands do
    local n_words = tonumber(ARGV[at])
    if is_held and not fault and not is_cancelled then
      local done = redis.pcall(unpack(ARGV, at + 1, at + n_words))
      fault = type(done) == 'table' and done.err
    end
    at = at + n_words + 1
  end
  if fault then
    redis.call('HSET', KEYS[2], claim, value)
    is_held = false
  end
  answer[#answer + 1] = is_held and not is_cancelled and 1 or 0
end
-- A claim that the rescuer has not seen came while it looked.
local rest = redis.call('HKEYS', KEYS[2])
table.sort(rest, function(one, other) return tonumber(one) > tonumber(other) end)
local n_left = 0
for _, claim in ipairs(rest) do
  local value = redis.call('HGET', KEYS[2], claim)
  local colon = string.find(value, ':', 1, true)
  local length = tonumber(string.sub(value, 1, colon - 1))
  redis.call('HDEL', KEYS[2], claim)
  local key = ARGV[6] .. string.sub(value, colon + 1, colon + length)
  local done = redis.pcall(ARGV[7], key, string.sub(value, colon + length + 1))
  if type(done) == 'table' and done.err then
    redis.call('HSET', KEYS[2], claim, value)
    n_left = n_left + 1
  end
end
if n_left > 0 then
  -- Its queue is no list. The service stays known, so that the next rescue tries again.
  return answer
end
for place = 9, 8 + n_polled do
  local known = redis.call('HGET', KEYS[6], ARGV[place])
  if not known or tonumber(known) < tonumber(ARGV[4]) then
    redis.call('HSET', KEYS[6], ARGV[place], ARGV[4])
  end
end
local changed_at = redis.call('HGET', KEYS[5], ARGV[2])
if not changed_at or tonumber(changed_at) < tonumber(ARGV[4]) then
  redis.call('HSET', KEYS[5], ARGV[2], ARGV[4])
end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[7])
redis.call('SREM', KEYS[4], ARGV[1])
for _ = 1, tonumber(ARGV[at]) do
  local n_words = tonumber(ARGV[at + 1])
  redis.pcall(unpack(ARGV, at + 2, at + 1 + n_words))
  at = at + 1 + n_words
end
if #answer > 1 then
  redis.call('PUBLISH', ARGV[5], '')
end
return answer
