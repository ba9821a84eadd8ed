-- Jobs that have to begin by a moment (`expires_in`), and are expired if they have not.
--
-- starts  sorted set  jobs that have not begun, by that moment in ms
--
-- job:<job id>    has  start_by: the moment
-- work:<work id>  has  timed: a job of it has one   started: when it was first claimed
--                      unbegun: it was put off before it tried anything, and counts as not begun until it is claimed again

-- has_begun(base of the keys, work id); a claim of an earlier version knows nothing of `unbegun`
local function has_begun(base, id)
  local at = redis.call('HMGET', base .. 'work:' .. id, 'started', 'unbegun', 'status')
  return at[1] and (not at[2] or at[3] == 'running')
end

-- watch_start(base of the keys, job id, work id, moment): work that has begun may yet be put off
local function watch_start(base, job, id, start_by)
  redis.call('HSET', base .. 'job:' .. job, 'start_by', start_by)
  redis.call('HSET', base .. 'work:' .. id, 'timed', 1)
  if not has_begun(base, id) then
    redis.call('ZADD', base .. 'starts', start_by, job)
  end
end

-- unbegin(base of the keys, work id): its jobs are watched again, and whoever joins
local function unbegin(base, id)
  redis.call('HSET', base .. 'work:' .. id, 'unbegun', 1)
  for _, job in ipairs(redis.call('SMEMBERS', base .. 'members:' .. id)) do
    local start_by = redis.call('HGET', base .. 'job:' .. job, 'start_by')
    if start_by then
      redis.call('ZADD', base .. 'starts', start_by, job)
    end
  end
end
