-- Marks jobs that began and ended.
--
-- KEYS 1 claims of a service, 2 its jobs that run
-- ARGV 1 how many began; for each: number of the claim, time; then the claims of those that ended
local at = 2
for _ = 1, tonumber(ARGV[1]) do
  if redis.call('HEXISTS', KEYS[1], ARGV[at]) == 1 then
    redis.call('HSETNX', KEYS[2], ARGV[at], ARGV[at + 1])
  end
  at = at + 2
end
for place = at, #ARGV do
  redis.call('HDEL', KEYS[2], ARGV[place])
end
return 1
