-- Gives a service an order. Nothing takes a stop back.
--
-- KEYS 1 service
-- ARGV 1 order
-- Answers the number of the order that stands, or 0 when there is no such service.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if redis.call('HGET', KEYS[1], 'order') == 'stop' then
  return tonumber(redis.call('HGET', KEYS[1], 'order_number'))
end
redis.call('HSET', KEYS[1], 'order', ARGV[1])
return redis.call('HINCRBY', KEYS[1], 'order_number', 1)
