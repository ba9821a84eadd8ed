-- The log of a piece of work is a stream with ids <n>-0 from 1, so that a gap would be visible. `seq`
-- in the work's hash is the last number. While work runs only its holder appends, and says which
-- number it knows to be the last: what came twice is not appended twice.

-- append(work key, log key, event, data as JSON) -> number of the entry
local function append(work, log, event, data)
  local seq = redis.call('HINCRBY', work, 'seq', 1)
  redis.call('XADD', log, seq .. '-0', 'e', event, 'd', data)
  if event == 'job.progress' then
    redis.call('HSET', work, 'progress', data)
  end
  return seq
end

-- append_rest(work key, log key, last number its writer knows of, argv, first): all events in argv from
-- `first` on, but for those that an earlier try has appended, whose answer was lost
local function append_rest(work, log, known, argv, first)
  local done = redis.call('HGET', work, 'seq') - known
  for i = first + 2 * done, #argv, 2 do
    append(work, log, argv[i], argv[i + 1])
  end
end

-- note(work key, log key, name, data): an entry between two numbers, for readers inside the house
local function note(work, log, name, data)
  local at = redis.call('HGET', work, 'seq')
  local nth = redis.call('HINCRBY', work, 'notes', 1)
  redis.call('XADD', log, at .. '-' .. nth, 'e', name, 'd', data)
end

-- withdraw(work key, log key, reason): takes back what an attempt has shown, if it has shown anything. How far it
-- had come is no longer true either way, but for a batch, which goes on where it was
local function withdraw(work, log, reason)
  if redis.call('HGET', work, 'kind') ~= 'batch' then
    redis.call('HDEL', work, 'progress')
  end
  if redis.call('HDEL', work, 'shown') == 1 then
    local epoch = redis.call('HINCRBY', work, 'epoch', 1)
    append(work, log, 'output.reset', '{"epoch":' .. epoch .. ',"reason":"' .. reason .. '"}')
  end
end
