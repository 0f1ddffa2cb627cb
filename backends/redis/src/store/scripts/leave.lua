-- Lets a service leave: what it holds goes back, and nobody counts it any more.
--
-- KEYS 1 service, 2 its claims, 3 its jobs that run, 4 all services, 5 names with the time of their last change, 6 queues that
--      were polled, 7 names of queues, 8 paused queues, 9 its claims that are to be
--      cancelled, then sets of reserved jobs
-- ARGV 1 id, 2 name, 3 begin of the keys of queues, 4 command that gives back, 5 channel of hints, 6 another set of paused
--      queues or '', 7 '1': only when nothing waits, 8 how many queues there must be or '', 9 how many polled queues; these;
--      then how many commands that take away what shows the service, and for each of them: how many words, the words;
--      then for each set of reserved jobs how many there must be; then names of queues that must be empty
-- Answers 'gone', 'stays', or 'again' when what the caller knew is out of date.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 'gone'
end
local n_polled = tonumber(ARGV[9])
local at = 10 + n_polled
local commands = {}
for number = 1, tonumber(ARGV[at]) do
  local n_words = tonumber(ARGV[at + 1])
  commands[number] = {at + 2, at + 1 + n_words}
  at = at + 1 + n_words
end
if ARGV[7] == '1' then
  if redis.call('HLEN', KEYS[2]) > 0 then
    return 'stays'
  end
  if ARGV[8] ~= '' and redis.call('SCARD', KEYS[7]) ~= tonumber(ARGV[8]) then
    return 'again'
  end
  for place = 10, #KEYS do
    at = at + 1
    if redis.call('ZCARD', KEYS[place]) ~= tonumber(ARGV[at]) then
      return 'again'
    end
  end
  for place = at + 1, #ARGV do
    local queue = ARGV[place]
    local is_paused = redis.call('HEXISTS', KEYS[8], queue) == 1
      or (ARGV[6] ~= '' and redis.call('SISMEMBER', ARGV[6], queue) == 1)
    if not is_paused and redis.call('LLEN', ARGV[3] .. queue) > 0 then
      return 'stays'
    end
  end
end
local claims = redis.call('HKEYS', KEYS[2])
table.sort(claims, function(one, other) return tonumber(one) > tonumber(other) end)
local is_all_back = true
for _, claim in ipairs(claims) do
  local value = redis.call('HGET', KEYS[2], claim)
  local colon = string.find(value, ':', 1, true)
  local length = tonumber(string.sub(value, 1, colon - 1))
  local key = ARGV[3] .. string.sub(value, colon + 1, colon + length)
  redis.call('HDEL', KEYS[2], claim)
  local is_cancelled = redis.call('HDEL', KEYS[9], claim) == 1
  local done = is_cancelled or redis.pcall(ARGV[4], key, string.sub(value, colon + length + 1))
  if type(done) == 'table' and done.err then
    redis.call('HSET', KEYS[2], claim, value)
    is_all_back = false
  end
end
if not is_all_back then
  -- Kept as a service that will be taken for dead; its rescue tries again.
  return 'stays'
end
local time = redis.call('TIME')
local now = string.format('%d%06d', time[1], time[2])
redis.call('HSET', KEYS[5], ARGV[2], now)
for place = 10, 9 + n_polled do
  redis.call('HSET', KEYS[6], ARGV[place], now)
end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[9])
redis.call('SREM', KEYS[4], ARGV[1])
for _, words in ipairs(commands) do
  redis.pcall(unpack(ARGV, words[1], words[2]))
end
if #claims > 0 then
  redis.call('PUBLISH', ARGV[5], '')
end
return 'gone'
