-- All services with what they hold.
--
-- KEYS 1 all services
-- ARGV 1 begin of the keys of services, 2 of those of their claims, 3 of those of their jobs that run,
--      4 '1': with the bytes of the jobs
-- Answers for each service {id, {field, value, …}, {claim, …} or {claim, bytes, …}, {claim, time, …}}.
local answer = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local fields = redis.call('HGETALL', ARGV[1] .. id)
  if #fields > 0 then
    local claims = redis.call(ARGV[4] == '1' and 'HGETALL' or 'HKEYS', ARGV[2] .. id)
    answer[#answer + 1] = {id, fields, claims, redis.call('HGETALL', ARGV[3] .. id)}
  end
end
return answer
