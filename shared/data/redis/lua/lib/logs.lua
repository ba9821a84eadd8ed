-- The log of a piece of work is a stream with ids <n>-0 from 1: Redis itself refuses a doubled or
-- late entry, and a gap would be visible. `seq` in the work's hash is the last number.

-- append(work key, log key, event, data as JSON) -> number of the entry
local function append(work, log, event, data)
  local seq = redis.call('HINCRBY', work, 'seq', 1)
  redis.call('XADD', log, seq .. '-0', 'e', event, 'd', data)
  return seq
end

-- note(work key, log key, name, data): an entry between two numbers, for readers inside the house
local function note(work, log, name, data)
  local at = redis.call('HMGET', work, 'seq')[1]
  local nth = redis.call('HINCRBY', work, 'notes', 1)
  redis.call('XADD', log, at .. '-' .. nth, 'e', name, 'd', data)
end
