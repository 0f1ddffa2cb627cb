-- Asks for jobs that are claimed to be cancelled.
--
-- KEYS 1 claims of a service, 2 its claims that are to be cancelled
-- ARGV for each: number of the claim, id of the job
-- Answers for each 1, or 0 when the claim has ended.
local answer = {}
for at = 1, #ARGV, 2 do
  if redis.call('HEXISTS', KEYS[1], ARGV[at]) == 1 then
    redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
    answer[#answer + 1] = 1
  else
    answer[#answer + 1] = 0
  end
end
return answer
