-- Looks for a text in a part of a list or of a sorted set.
--
-- KEYS 1 list or sorted set
-- ARGV 1 'list' or 'zset', 2 text, 3 first place, 4 how many places
-- Answers {1 when there is more behind, element, score, element, …}; the score is '' in a list.
local first, last = tonumber(ARGV[3]), tonumber(ARGV[3]) + tonumber(ARGV[4]) - 1
local answer = {0}
if ARGV[1] == 'list' then
  for _, element in ipairs(redis.call('LRANGE', KEYS[1], first, last)) do
    if string.find(element, ARGV[2], 1, true) then
      answer[#answer + 1] = element
      answer[#answer + 1] = ''
    end
  end
  answer[1] = redis.call('LLEN', KEYS[1]) > last + 1 and 1 or 0
else
  local members = redis.call('ZRANGE', KEYS[1], first, last, 'WITHSCORES')
  for place = 1, #members, 2 do
    if string.find(members[place], ARGV[2], 1, true) then
      answer[#answer + 1] = members[place]
      answer[#answer + 1] = members[place + 1]
    end
  end
  answer[1] = redis.call('ZCARD', KEYS[1]) > last + 1 and 1 or 0
end
return answer
