-- Reads or writes how far the job of a claim has come, if the claim is held.
--
-- KEYS 1 claims of the service, 2 hash of the state
-- ARGV 1 number of the claim, then words of commands: for each command how many words, the words
-- Answers {1, field, value, …} with the state as it is then, or {0} when the claim is stale.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return {0}
end
local at = 2
while ARGV[at] do
  local n_words = tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, at + n_words))
  at = at + n_words + 1
end
local answer = {1}
for _, part in ipairs(redis.call('HGETALL', KEYS[2])) do
  answer[#answer + 1] = part
end
return answer
