-- Uses logs.lua, which has to stand before it.
-- The end of a piece of work, whoever brings it about. No key of live work has a time to live; here
-- all of them get theirs. The last entry of the log is a mark: each reader gets its own job there.

local TOMBSTONE_MS = 7 * 24 * 3600 * 1000 -- a job answers 410 for a week after its result is gone
local LINGER_MS = 10000 -- a finished work may be joined by requests that looked too early to see it

-- forget_job(job key, retention in ms)
local function forget_job(job, retention_ms)
  redis.call('PEXPIRE', job, retention_ms + TOMBSTONE_MS)
end

-- settle(base of the keys, work id, status, now, retention in ms)
local function settle(base, id, status, now, retention_ms)
  local work, log = base .. 'work:' .. id, base .. 'log:' .. id
  local known = redis.call('HMGET', work, 'lane', 'inflight')
  append(work, log, 'end', '')
  redis.call('HSET', work, 'status', status, 'finished', now, 'expires', now + retention_ms)
  redis.call('ZREM', base .. 'leases', id)
  redis.call('ZREM', base .. 'ready:' .. known[1], id)

  local in_flight = known[2] and base .. 'inflight:' .. known[2]
  if in_flight and redis.call('GET', in_flight) == id then
    if status == 'succeeded' then
      redis.call('PEXPIRE', in_flight, LINGER_MS)
    else
      redis.call('DEL', in_flight)
    end
  end

  local members = base .. 'members:' .. id
  for _, job in ipairs(redis.call('SMEMBERS', members)) do
    forget_job(base .. 'job:' .. job, retention_ms)
  end
  redis.call('DEL', members)
  for _, key in ipairs({work, log, base .. 'input:' .. id, base .. 'result:' .. id}) do
    redis.call('PEXPIRE', key, retention_ms)
  end
  redis.call('PUBLISH', base .. 'news', id)
end
