-- Shows a service as one of Sidekiq's processes, if it is still there: else what shows it would outlive it.
--
-- KEYS 1 service
-- ARGV words of commands: for each command how many words, the words
-- Answers what the last command does, a text or nothing; 0 when there is no such service.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
local at, answer = 1, false
while ARGV[at] do
  local n_words = tonumber(ARGV[at])
  answer = redis.call(unpack(ARGV, at + 1, at + n_words))
  at = at + n_words + 1
end
return answer
