-- Uses usage.lua, which has to stand before it.
--
-- Money is set aside before it is spent, the most that an attempt can cost, so that limits hold however many
-- run at once. It is set aside in the purse of the owner, for an anonymous one in that of the address too, and of a
-- section in its batch, where that has a limit. A purse is a hash; it lasts for one day, in UTC:
--
-- purse:<name>:<day>  spent_nusd   reserved_nusd          batch:<work id> has the same, and cap_nusd
--
-- work:<work id> has  payers: names of purses   limit_nusd: of each   worst_nusd: of one attempt
--                     reserved_nusd: while it is set aside            purses: keys without their base where it is, and
--                     where what is used will be spent                lost_nusd: of attempts whose end nobody saw
--                     booked_nusd: what was counted as spent

local PURSE_KEPT_DAYS = 8

-- owner_of(base of the keys, work id) -> whose it is by now, or who deleted it, or ''
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

-- batch_of(base of the keys, section work id) -> id of the batch that pays for it, or '' for other work
local function batch_of(base, id)
  local payer = redis.call('HGET', base .. 'work:' .. id, 'payer')
  return payer and redis.call('HGET', base .. 'job:' .. payer, 'batch') or ''
end

-- purses_for(names with spaces between them, limit or nil, now) -> {{name of the key, limit or nil}, ...}
local function purses_for(payers, limit, now)
  local purses = {}
  for name in (payers or ''):gmatch('%S+') do
    purses[#purses + 1] = {'purse:' .. name .. ':' .. day_of(now), limit and tonumber(limit)}
  end
  return purses
end

-- can_pay(base of the keys, purses, need or nil where nobody knows)
--   -> 'yes', 'later' (others hold what may yet be left), 'never'
local function can_pay(base, purses, need)
  local verdict = 'yes'
  for _, purse in ipairs(purses) do
    if purse[2] then
      local held = redis.call('HMGET', base .. purse[1], 'spent_nusd', 'reserved_nusd')
      local left = purse[2] - (held[1] or 0)
      if not need or need > left then
        return 'never'
      elseif need > left - (held[2] or 0) then
        verdict = 'later'
      end
    end
  end
  return verdict
end

-- move_money(base of the keys, name of a purse's key, to set aside, to spend): what is gone, for its batch or its owner
-- is, gets nothing back
local function move_money(base, name, reserved, spent)
  local key, day = base .. name, name:match('^purse:.*:(%d+)$')
  local is_there = redis.call('EXISTS', key) == 1
  if reserved > 0 or (reserved < 0 and is_there) then
    redis.call('HINCRBY', key, 'reserved_nusd', whole(reserved))
  end
  if spent > 0 and (is_there or day) then
    redis.call('HINCRBY', key, 'spent_nusd', whole(spent))
  end
  if day then
    redis.call('PEXPIREAT', key, whole((day + PURSE_KEPT_DAYS) * DAY_MS))
  end
end

-- set_aside(base of the keys, work id, purses, need): from here on the work holds so much, and what it uses
-- is spent there; where nothing is limited, nothing is held
local function set_aside(base, id, purses, need)
  local names, is_limited = {}, false
  for k, purse in ipairs(purses) do
    names[k], is_limited = purse[1], is_limited or purse[2]
  end
  redis.call('HSET', base .. 'work:' .. id, 'purses', table.concat(names, ' '))
  if is_limited then
    for _, name in ipairs(names) do
      move_money(base, name, need, 0)
    end
    redis.call('HSET', base .. 'work:' .. id, 'reserved_nusd', whole(need))
  end
end

-- book(base of the keys, work id): an attempt is over. What was set aside for it is free again, and what it has
-- cost is spent, whatever comes next. So only what runs, or is about to, holds back money from others, and no
-- two wait for each other. What a batch has cost was booked with its sections.
local function book(base, id)
  local work = base .. 'work:' .. id
  local held = redis.call('HMGET', work, 'kind', 'purses', 'usage', 'reserved_nusd', 'lost_nusd', 'booked_nusd')
  if held[1] == 'batch' or not held[2] then
    return
  end
  local before = tonumber(held[6] or 0)
  local spent = math.max(before, (nusd_of(held[3]) or 0) + (held[5] or 0))
  redis.call('HDEL', work, 'reserved_nusd')
  redis.call('HSET', work, 'booked_nusd', whole(spent))
  for name in held[2]:gmatch('%S+') do
    move_money(base, name, 0 - (held[4] or 0), spent - before)
  end
end

-- book_attempt(base of the keys, work id[, is it lost?]): nobody saw what a lost attempt has cost; it counts with
-- the most that it can have
local function book_attempt(base, id, is_lost)
  local reserved = is_lost and redis.call('HGET', base .. 'work:' .. id, 'reserved_nusd')
  if reserved then
    redis.call('HINCRBY', base .. 'work:' .. id, 'lost_nusd', reserved)
  end
  book(base, id)
end

-- count_section(base of the keys, batch work id, section work id, now): what the section's calls have used is the
-- batch's and its owner's.
local function count_section(base, id, section, now)
  local batch = base .. 'batch:' .. id
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

-- afford(base of the keys, work id, now) -> 'yes', 'later', 'never': as can_pay says of an attempt that is to begin
--
-- Work that was accepted holds its money already. What was given back, or is a section, has to set aside some.
local function afford(base, id, now)
  local work = base .. 'work:' .. id
  local held = redis.call('HMGET', work, 'kind', 'reserved_nusd', 'payers', 'limit_nusd', 'worst_nusd', 'usage')
  if held[1] == 'batch' or held[2] then
    return 'yes'
  end
  local purses = purses_for(held[3], held[4], now)
  local batch = held[1] == 'section' and 'batch:' .. batch_of(base, id)
  local cap = batch and redis.call('HGET', base .. batch, 'cap_nusd')
  if cap then
    purses[#purses + 1] = {batch, tonumber(cap)}
  end
  local need = nusd_of(held[6]) and tonumber(held[5])
  local verdict = can_pay(base, purses, need)
  if verdict == 'yes' then
    set_aside(base, id, purses, need)
  end
  return verdict
end
