-- A lane that an operator has paused takes work, and nobody begins any of it. What is said once for the whole
-- installation stands in each partition again, where the steps can see it.
--
-- paused     set     lanes of which nobody begins work
-- paused_by  string  number of the last change that this partition has followed

-- is_paused(base of the keys, lane)
local function is_paused(base, lane)
  return lane and redis.call('SISMEMBER', base .. 'paused', lane) == 1
end

-- stop_clock(key of the work, now): work that had begun keeps the time it has left for when it goes on
local function stop_clock(work, now)
  local deadline = redis.call('HGET', work, 'deadline')
  if deadline then
    redis.call('HSET', work, 'left', math.max(1, deadline - now))
    redis.call('HDEL', work, 'deadline')
  end
end

-- deadline_of(key of the work, now, ms that it has from its first claim) -> when its time is over
local function deadline_of(work, now, budget_ms)
  local at = redis.call('HMGET', work, 'deadline', 'left')
  redis.call('HDEL', work, 'left')
  return at[1] or now + (at[2] or budget_ms)
end
