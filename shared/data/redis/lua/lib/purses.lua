-- Uses usage.lua, which has to stand before it.
--
-- What the sections of a batch cost, and what it may spend. A batch with a limit sets aside the most that an
-- attempt can cost before it begins, so that the limit holds however many run at once.
--
-- work:<section's work> has besides: worst_nusd of one attempt   reserved_nusd, while one runs
--                                    lost_nusd: of those whose end nobody saw   booked_nusd: what the batch has counted

-- owner_of(base of the keys, batch work id) -> whose it is by now, or who deleted it, or ''
local function owner_of(base, id)
  local job = redis.call('SRANDMEMBER', base .. 'members:' .. id) or id
  local who = redis.call('HMGET', base .. 'job:' .. job, 'owner', 'deleted_by')
  return who[1] or who[2] or ''
end

-- nusd_of(usage as JSON or false) -> billionths of a dollar, or nil where no price is known
local function nusd_of(usage)
  local cost = usage and cjson.decode(usage).cost_usd
  if not usage then
    return 0
  end
  return type(cost) == 'number' and math.floor(cost * 1e9 + 0.5) or nil
end

-- usage_of(batch key) -> what its sections have used, as JSON
local function usage_of(batch)
  local used = redis.call('HMGET', batch, 'input_tokens', 'cached_tokens', 'output_tokens', 'cost_nusd', 'unpriced')
  local cost = used[5] and 'null' or string.format('%.9f', (used[4] or 0) / 1e9)
  return '{"input_tokens":' .. (used[1] or 0) .. ',"cached_tokens":' .. (used[2] or 0)
    .. ',"output_tokens":' .. (used[3] or 0) .. ',"cost_usd":' .. cost .. '}'
end

-- book(base of the keys, batch work id, section work id): an attempt is over. What was set aside for it is
-- free again, and what it has cost is spent, whatever comes next. So only attempts that run hold back money
-- from others, and no two sections wait for each other.
local function book(base, id, section)
  local batch, work = base .. 'batch:' .. id, base .. 'work:' .. section
  local held = redis.call('HMGET', work, 'usage', 'reserved_nusd', 'lost_nusd', 'booked_nusd')
  if held[2] then
    redis.call('HINCRBY', batch, 'reserved_nusd', whole(0 - held[2]))
    redis.call('HDEL', work, 'reserved_nusd')
  end
  local before = tonumber(held[4] or 0)
  local spent = math.max(before, (nusd_of(held[1]) or 0) + (held[3] or 0))
  redis.call('HINCRBY', batch, 'spent_nusd', whole(spent - before))
  redis.call('HSET', work, 'booked_nusd', whole(spent))
end

-- batch_of(base of the keys, section work id) -> id of the batch that pays for it, or '' for other work
local function batch_of(base, id)
  local payer = redis.call('HGET', base .. 'work:' .. id, 'payer')
  return payer and redis.call('HGET', base .. 'job:' .. payer, 'batch') or ''
end

-- book_attempt(base of the keys, work id[, is it lost?]): of a section whose batch has a limit. Nobody saw what
-- a lost attempt has cost: it counts with the most that it can have.
local function book_attempt(base, id, is_lost)
  local work = base .. 'work:' .. id
  local reserved = redis.call('HGET', work, 'reserved_nusd')
  if not reserved then
    return
  end
  if is_lost then
    redis.call('HINCRBY', work, 'lost_nusd', reserved)
  end
  book(base, batch_of(base, id), id)
end

-- spend(base of the keys, batch work id, section work id, now): what the section's calls have used is the
-- batch's and its owner's.
local function spend(base, id, section, now)
  local batch = base .. 'batch:' .. id
  book(base, id, section)
  local usage = redis.call('HGET', base .. 'work:' .. section, 'usage')
  if not usage then
    return
  end
  count_spending(batch, usage)
  redis.call('HSET', base .. 'work:' .. id, 'usage', usage_of(batch))
  local who = owner_of(base, id)
  local day = day_of(now)
  count_spending(base .. 'usage:' .. who .. ':' .. day, usage)
  note_change(base, who, day, now)
end

-- afford(base of the keys, section work id) -> 'yes', 'later' (others hold what may yet be left), 'never'
--
-- The most that this attempt can cost is set aside before the call.
local function afford(base, id)
  local work = base .. 'work:' .. id
  local held = redis.call('HMGET', work, 'worst_nusd', 'usage')
  local batch = base .. 'batch:' .. batch_of(base, id)
  local purse = redis.call('HMGET', batch, 'cap_nusd', 'spent_nusd', 'reserved_nusd')
  if not purse[1] then
    return 'yes'
  end
  local left = purse[1] - (purse[2] or 0)
  local need = nusd_of(held[2]) and tonumber(held[1])
  if not need or need > left then
    return 'never'
  end
  if need > left - (purse[3] or 0) then
    return 'later'
  end
  redis.call('HINCRBY', batch, 'reserved_nusd', whole(need))
  redis.call('HSET', work, 'reserved_nusd', whole(need))
  return 'yes'
end
