-- Asks a job that goes through elements, and that somebody else runs, to go no further.
--
-- KEYS 1 hash of the state
-- ARGV 1 now, 2 seconds that the state is kept
-- Answers when it was first asked for, or 0 when the job keeps no such state.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HSETNX', KEYS[1], 'cancelled', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return tonumber(redis.call('HGET', KEYS[1], 'cancelled')) or 1
