-- What is due by the clock of the server.
--
-- KEYS sorted sets
-- ARGV 1 at most so many
-- Answers {set, score, member, …}, those due first first.
local time = redis.call('TIME')
local now = string.format('%d.%06d', time[1], time[2])
local due = {}
for _, key in ipairs(KEYS) do
  local members = redis.call('ZRANGE', key, '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1], 'WITHSCORES')
  for place = 1, #members, 2 do
    due[#due + 1] = {key, members[place + 1], members[place], #due}
  end
end
table.sort(due, function(one, other)
  local score, other_score = tonumber(one[2]), tonumber(other[2])
  return score < other_score or (score == other_score and one[4] < other[4])
end)
local answer = {}
for place = 1, math.min(#due, tonumber(ARGV[1])) do
  for part = 1, 3 do
    answer[#answer + 1] = due[place][part]
  end
end
return answer
