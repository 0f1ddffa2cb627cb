-- Workers of a service, each of which sits at one claimed job and tells so, as Resque's do: in the very step that takes the job.
--
-- The last of ARGV says how, as JSON, or is empty: `ids` set of all ids, `free` list of those that sit nowhere, `sitting` hash of ids
-- by claims, `standing` list of claims without one, `records` begin of the keys of records, `stats` begin of the counters, `run_at`
-- the moment as records write it.
local seats = table.remove(ARGV)
seats = seats ~= '' and cjson.decode(seats)

-- What a worker says that it does. What is no job must not make the record unreadable.
local function record_of(queue, bytes)
  if string.sub(bytes, 1, 10) ~= '{"class":"' then
    local is_json, value = pcall(cjson.decode, bytes)
    if not is_json or type(value) ~= 'table' then
      bytes = '{}'
    end
  end
  local name = string.gsub(cjson.encode(queue), '\\/', '/')
  return '{"queue":' .. name .. ',"run_at":"' .. seats.run_at .. '","payload":' .. bytes .. '}'
end

-- Gives a claim a worker, if one is free, and answers its id. Only where there are seats.
local function sit(claim, queue, bytes)
  local id = redis.call('LPOP', seats.free)
  if id then
    redis.call('HSET', seats.sitting, claim, id)
    redis.call('SET', seats.records .. id, record_of(queue, bytes))
  else
    redis.call('RPUSH', seats.standing, claim)
  end
  return id or ''
end

-- Takes the worker from a claim that has gone, and gives it to the next that has none. Counts what it did.
local function rise(claim, claims, n_processed, n_failed)
  local id = seats and redis.call('HGET', seats.sitting, claim)
  if not id then
    return
  end
  redis.call('HDEL', seats.sitting, claim)
  redis.call('DEL', seats.records .. id)
  if n_processed > 0 then
    redis.pcall('INCRBY', seats.stats .. 'processed:' .. id, n_processed)
  end
  if n_failed > 0 then
    redis.pcall('INCRBY', seats.stats .. 'failed:' .. id, n_failed)
  end
  if redis.call('SISMEMBER', seats.ids, id) == 0 then
    return
  end
  local next = redis.call('LPOP', seats.standing)
  while next do
    local value = redis.call('HGET', claims, next)
    if value then
      local colon = string.find(value, ':', 1, true)
      local length = tonumber(string.sub(value, 1, colon - 1))
      redis.call('HSET', seats.sitting, next, id)
      redis.call('SET', seats.records .. id,
        record_of(string.sub(value, colon + 1, colon + length), string.sub(value, colon + length + 1)))
      return
    end
    next = redis.call('LPOP', seats.standing)
  end
  redis.call('RPUSH', seats.free, id)
end

