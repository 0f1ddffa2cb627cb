-- Takes jobs from the first queues that have some, and keeps each under the number of its claim.
--
-- KEYS 1 service, 2 claims of the service, 3 last number of a claim, 4 names of queues, 5 paused queues, then sets of
--      reserved jobs, scored by their time
-- ARGV 1 limit, 2 how many may be jobs of which a service has died, 3 what stands in such jobs, 4 begin of the keys of queues,
--      5 command that takes, 6 command that gives back, 7 another set of paused queues or '',
--      8 '1': look first whether reserved jobs are due, 9 how many queues there must be or '', 10 how many claims the service may
--      hold with these or '', then names of queues in order and at last a text that pauses all while it says true, or ''
-- Answers {'ok', number of the first claim, queue, {bytes, …}, {worker, …} or {}, queue, …}: claims are numbered in this order, and
-- where workers have seats each has one or ''. Or {'unknown'}: there is no such service, {'due'}: reserved jobs must be moved first,
-- {'queues'}: the names are out of date.
local pause_all = table.remove(ARGV)
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {'unknown'}
end
if pause_all ~= '' then
  local word = redis.pcall('GET', pause_all)
  if type(word) == 'string' and string.match(string.lower(word), '^%s*true%s*$') then
    return {'ok'}
  end
end
if ARGV[8] == '1' then
  local time = redis.call('TIME')
  local now = string.format('%d.%06d', time[1], time[2])
  for place = 6, #KEYS do
    if redis.call('ZCOUNT', KEYS[place], '-inf', now) > 0 then
      return {'due'}
    end
  end
end
if ARGV[9] ~= '' and redis.call('SCARD', KEYS[4]) ~= tonumber(ARGV[9]) then
  return {'queues'}
end

local limit, max_interrupted, mark = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local prefix, take, give_back, other_pauses = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
-- Nothing that can fail comes between the first job that is taken and the keeping of all of them.
local last = tonumber(redis.call('GET', KEYS[3]) or '0')
local n_held = redis.call('HLEN', KEYS[2])
if ARGV[10] ~= '' then
  limit = math.min(limit, tonumber(ARGV[10]) - n_held)
end
local find = string.find
local answer, kept = {'ok', last + 1}, {}
local n_taken, n_interrupted = 0, 0
local has_pauses = redis.call('EXISTS', KEYS[5], other_pauses) > 0
for place = 11, #ARGV do
  if n_taken >= limit then
    break
  end
  local queue = ARGV[place]
  local is_paused = has_pauses and (redis.pcall('HEXISTS', KEYS[5], queue) == 1
    or (other_pauses ~= '' and redis.pcall('SISMEMBER', other_pauses, queue) == 1))
  if not is_paused then
    local key, head, aside = prefix .. queue, #queue .. ':' .. queue, {}
    local n_before, given, workers = n_taken, {}, {}
    while n_taken < limit do
      local wanted = limit - n_taken
      local taken = redis.pcall(take, key, wanted)
      if not taken or taken.err then
        break
      end
      for place_taken = 1, #taken do
        local bytes = taken[place_taken]
        local is_interrupted = find(bytes, mark, 1, true)
        if is_interrupted and n_interrupted >= max_interrupted then
          aside[#aside + 1] = bytes
        else
          if is_interrupted then
            n_interrupted = n_interrupted + 1
          end
          n_taken = n_taken + 1
          kept[2 * n_taken - 1] = last + n_taken
          kept[2 * n_taken] = head .. bytes
          given[n_taken - n_before] = bytes
          if seats then
            workers[n_taken - n_before] = sit(last + n_taken, queue, bytes)
          end
        end
      end
      if #taken < wanted then
        break
      end
    end
    if n_taken > n_before then
      answer[#answer + 1] = queue
      answer[#answer + 1] = given
      answer[#answer + 1] = workers
    end
    for place_aside = #aside, 1, -1 do
      redis.call(give_back, key, aside[place_aside])
    end
  end
end
for from = 1, 2 * n_taken, 2000 do
  redis.call('HSET', KEYS[2], unpack(kept, from, math.min(from + 1999, 2 * n_taken)))
end
if n_taken > 0 then
  redis.call('SET', KEYS[3], string.format('%.0f', last + n_taken))
end
return answer
