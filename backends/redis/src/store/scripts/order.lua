-- Gives a service an order. Nothing takes a stop back.
--
-- KEYS 1 service
-- ARGV 1 order
-- Answers {number, order} of the order that stands, or {} when there is no such service.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {}
end
if redis.call('HGET', KEYS[1], 'order') ~= 'stop' then
  redis.call('HSET', KEYS[1], 'order', ARGV[1])
  redis.call('HINCRBY', KEYS[1], 'order_number', 1)
end
return redis.call('HMGET', KEYS[1], 'order_number', 'order')
