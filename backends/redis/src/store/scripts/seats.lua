-- Workers of a service, each of which sits at one claimed job and tells so, as Resque's do: in the very step that takes the job.
--
-- The last of ARGV says how, as JSON, or is empty: `ids` set of all ids, `free` list of those that sit nowhere, `sitting` hash of ids
-- by claims, `standing` list of claims without one, `records` begin of the keys of records, `stats` begin of the counters.
local seats = table.remove(ARGV)
seats = seats ~= '' and cjson.decode(seats)

-- Seconds since the epoch as records write them, in UTC.
local function written(seconds)
  local days, left = math.floor(seconds / 86400), seconds % 86400
  -- Counted in years that begin with March, so that a leap day is the last of its year, and in spans of 400 years of 146,097 days.
  local day = days + 719468
  local span = math.floor(day / 146097)
  day = day - span * 146097
  local year = math.floor((day - math.floor(day / 1460) + math.floor(day / 36524) - math.floor(day / 146096)) / 365)
  day = day - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * day + 2) / 153)
  day = day - math.floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  year = year + 400 * span + (month <= 2 and 1 or 0)
  return string.format('%04d-%02d-%02dT%02d:%02d:%02dZ', year, month, day, math.floor(left / 3600),
    math.floor(left / 60) % 60, left % 60)
end

-- What a worker says that it does. What is no job must not make the record unreadable.
local function record_of(queue, bytes)
  if string.sub(bytes, 1, 10) ~= '{"class":"' then
    local is_json, value = pcall(cjson.decode, bytes)
    if not is_json or type(value) ~= 'table' then
      bytes = '{}'
    end
  end
  local name = string.gsub(cjson.encode(queue), '\\/', '/')
  return '{"queue":' .. name .. ',"run_at":"' .. written(tonumber(redis.call('TIME')[1])) .. '","payload":' .. bytes .. '}'
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

