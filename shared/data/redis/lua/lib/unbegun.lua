-- Uses lines.lua and batches.lua, which have to stand before it.
--
-- A batch that is stopped may have thousands of sections that nobody has begun. They end together, in few
-- large commands: Redis does nothing else meanwhile.

-- unbegun_of(base of the keys, batch work id) -> numbers, ids and marks of sections that wait for their first
-- attempt, and for which no other batch waits; ids by the names of their lines
local function unbegun_of(base, id)
  local numbers, ids, marks, lines = {}, {}, {}, {}
  local children = redis.call('HGETALL', base .. 'children:' .. id)
  for i = 1, #children, 2 do
    local job = children[i + 1]
    local work = redis.call('HMGET', base .. 'work:' .. job, 'status', 'started', 'joined', 'line', 'inflight')
    if (work[1] == 'queued' or work[1] == 'waiting') and not work[2] and not work[3] then
      numbers[#numbers + 1], ids[#ids + 1] = children[i], job
      marks[#marks + 1] = work[5] or nil
      lines[work[4]] = lines[work[4]] or {}
      table.insert(lines[work[4]], job)
    end
  end
  return numbers, ids, marks, lines
end

-- take_out(base of the keys, ids, lines): takes work out of wherever it waits
local function take_out(base, ids, lines)
  each_some(ids, function(some)
    for _, place in ipairs({'ready:' .. FAIR, 'held:section', 'parked', 'starts'}) do
      redis.call('ZREM', base .. place, unpack(some))
    end
    redis.call('SREM', base .. 'active:' .. FAIR, unpack(some))
  end)
  for name, of_line in pairs(lines) do
    local line = base .. 'line:' .. FAIR .. ':' .. name
    each_some(of_line, function(some)
      redis.call('ZREM', line, unpack(some))
    end)
    if redis.call('EXISTS', line) == 0 then
      redis.call('ZREM', base .. 'turns:' .. FAIR, name)
    end
  end
end

-- forget_marks(base of the keys, marks of work in flight)
local function forget_marks(base, marks)
  each_some(marks, function(some)
    for k, mark in ipairs(some) do
      some[k] = base .. 'inflight:' .. mark
    end
    redis.call('DEL', unpack(some))
  end)
end

-- forget_sections(base of the keys, ids)
local function forget_sections(base, ids)
  for _, name in ipairs({'job:', 'work:', 'input:', 'members:'}) do
    each_some(ids, function(some)
      for k, one in ipairs(some) do
        some[k] = base .. name .. one
      end
      redis.call('DEL', unpack(some))
    end)
  end
end

-- note_cancelled(base of the keys, batch work id, numbers of its sections)
local function note_cancelled(base, id, numbers)
  local outcome = outcome_of('cancelled', '', '0', 'null', 'null')
  each_some(numbers, function(some)
    redis.call('HDEL', base .. 'children:' .. id, unpack(some))
    local outcomes = {}
    for k, n in ipairs(some) do
      outcomes[2 * k - 1], outcomes[2 * k] = n, outcome
    end
    redis.call('HSET', base .. 'outcomes:' .. id, unpack(outcomes))
  end)
  redis.call('HINCRBY', base .. 'batch:' .. id, 'done:cancelled', #numbers)
  redis.call('HINCRBY', base .. 'batch:' .. id, 'pending', -#numbers)
  tell_progress(base, id)
  redis.call('PUBLISH', base .. 'news', id)
end

-- drop_unbegun(base of the keys, batch work id): ends what nobody began. It leaves nothing: no worker asks.
local function drop_unbegun(base, id)
  local numbers, ids, marks, lines = unbegun_of(base, id)
  if #ids == 0 then
    return
  end
  take_out(base, ids, lines)
  forget_marks(base, marks)
  forget_sections(base, ids)
  note_cancelled(base, id, numbers)
end
