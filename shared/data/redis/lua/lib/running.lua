-- Uses logs.lua and lines.lua, which have to stand before it.
--
-- How much work of one owner runs at once in the interactive lane. Work that ends, in whatever way, is taken out
-- in the same step, and the next that waits is told to come. What a killed worker held is taken out when its lease is
-- reaped, and not when it is over: after Redis was away all leases are, and their workers are about to renew them.
-- Whoever finds the owner at the limit asks of each whether it runs, in case a step of an earlier version left it there.
--
-- running:<owner>  set         work that runs
-- blocked:<owner>  sorted set  work that waits until there is room, by creation
--
-- work:<work id> has  most_running: of its owner at once   runs_for: in whose set it stands

local RUNNING_KEPT_MS = 24 * 3600 * 1000
local BLOCKED_MS, BLOCKED_AT_MOST_MS = 1000, 10000 -- after which blocked work asks by itself

-- has_room(key of the set, base of the keys, most)
local function has_room(running, base, most)
  if redis.call('SCARD', running) < most then
    return true
  end
  for _, id in ipairs(redis.call('SMEMBERS', running)) do
    if redis.call('HGET', base .. 'work:' .. id, 'status') ~= 'running' then
      redis.call('SREM', running, id)
    end
  end
  return redis.call('SCARD', running) < most
end

-- ms_blocked(base of the keys, work id, owner) -> ms to wait, or 0 when it may run, and counts from here on
--
-- Those that wait are woken one by one. They ask by themselves, too, in case nobody does; the more of them, the
-- less often each.
local function ms_blocked(base, id, owner)
  local work = base .. 'work:' .. id
  local at = redis.call('HMGET', work, 'lane', 'most_running', 'created')
  if at[1] == FAIR or not at[2] then
    return 0
  end
  local running, blocked = base .. 'running:' .. owner, base .. 'blocked:' .. owner
  if has_room(running, base, tonumber(at[2])) then
    redis.call('SADD', running, id)
    redis.call('PEXPIRE', running, RUNNING_KEPT_MS)
    redis.call('HSET', work, 'runs_for', owner)
    redis.call('ZREM', blocked, id)
    return 0
  end
  redis.call('ZADD', blocked, at[3], id)
  redis.call('PEXPIRE', blocked, RUNNING_KEPT_MS)
  return math.min(BLOCKED_AT_MOST_MS, BLOCKED_MS * (1 + math.floor(redis.call('ZCARD', blocked) / at[2])))
end

-- wake_blocked(base of the keys, owner, now): the next round of the sweeper publishes it
local function wake_blocked(base, owner, now)
  while true do
    local id = redis.call('ZPOPMIN', base .. 'blocked:' .. owner)[1]
    if not id then
      return
    end
    local is_parked = redis.call('ZSCORE', base .. 'parked', id)
    if is_parked and redis.call('HGET', base .. 'work:' .. id, 'reason') == 'rate_limit' then
      redis.call('ZADD', base .. 'parked', now, id)
      return
    end
  end
end

-- run_no_longer(base of the keys, work id, now)
local function run_no_longer(base, id, now)
  local owner = redis.call('HGET', base .. 'work:' .. id, 'runs_for')
  if owner then
    redis.call('HDEL', base .. 'work:' .. id, 'runs_for')
    redis.call('SREM', base .. 'running:' .. owner, id)
    wake_blocked(base, owner, now)
  end
end

-- let_wait(base of the keys, work id, reason, until when): parks queued work that may not begin yet; it is no
-- try. What is to be told of a section is told by its batch; what asked in vain is not told again.
local function let_wait(base, id, reason, due)
  local work = base .. 'work:' .. id
  local held = redis.call('HMGET', work, 'kind', 'reason', 'queue')
  give_place(base, id)
  redis.call('HSET', work, 'status', 'waiting', 'reason', reason, 'until', due)
  redis.call('ZADD', base .. 'parked', due, id)
  note_active(base, held[3], id)
  if held[1] ~= 'section' and held[2] ~= reason then
    append(work, base .. 'log:' .. id, 'job.waiting', '{"reason":"' .. reason .. '","until":' .. due .. '}')
    redis.call('PUBLISH', base .. 'news', id)
  end
end
