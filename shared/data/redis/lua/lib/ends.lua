-- Uses pace.lua, logs.lua, lines.lua, usage.lua, purses.lua, running.lua, batches.lua and unbegun.lua, which have to stand before it.
--
-- How work and jobs end, whoever brings it about. No key of live work has a time to live; here all
-- of them get theirs. The last entry of the log is a mark: each reader gets its own job there.

local TOMBSTONE_MS = 7 * 24 * 3600 * 1000 -- a job answers 410 for a week after its result is gone
local LINGER_MS = 10000 -- a finished work may be joined by requests that looked too early to see it

-- forget_job(base of the keys, job id, retention in ms); one that is deleted is nobody's
local function forget_job(base, id, retention_ms)
  local is_owned = redis.call('HEXISTS', base .. 'job:' .. id, 'owner') == 1
  redis.call('PEXPIRE', base .. 'job:' .. id, is_owned and retention_ms + TOMBSTONE_MS or LINGER_MS)
  redis.call('PEXPIRE', base .. 'decisions:' .. id, retention_ms)
end

-- unshare(base of the keys, work id, ms that others may still join)
local function unshare(base, id, linger_ms)
  local mark = redis.call('HGET', base .. 'work:' .. id, 'inflight')
  local in_flight = mark and base .. 'inflight:' .. mark
  if not in_flight or redis.call('GET', in_flight) ~= id then
    return
  end
  if linger_ms > 0 then
    redis.call('PEXPIRE', in_flight, linger_ms)
  else
    redis.call('DEL', in_flight)
  end
end

-- The end of a section may bring about that of its batch, and the other way round.
local settle, leave

-- stop_sections(base of the keys, batch work id, now, retention in ms): those that run are stopped by their
-- workers, all others end now
local function stop_sections(base, id, now, retention_ms)
  if redis.call('EXISTS', base .. 'children:' .. id) == 0 then
    return
  end
  drop_unbegun(base, id)
  local conclusive = conclusion(base, id)
  if conclusive then
    settle(base, id, conclusive, now, retention_ms)
    return
  end
  for _, job in ipairs(redis.call('HVALS', base .. 'children:' .. id)) do
    leave(base, job, 'cancelled', now, retention_ms)
  end
end

-- put_off(base of the keys, batch work id, status, now, retention in ms) -> whether sections that have not
-- ended are to be stopped first; the last of them ends the batch
local function put_off(base, id, status, now, retention_ms)
  local work = base .. 'work:' .. id
  if redis.call('HLEN', base .. 'children:' .. id) == 0 then
    return false
  end
  redis.call('HSETNX', work, 'stop_as', status)
  redis.call('HSETNX', work, 'keep_ms', retention_ms) -- what is on the shelf is kept longer
  redis.call('HSET', work, 'status', 'waiting', 'reason', 'dependency')
  redis.call('HDEL', work, 'until')
  redis.call('HSET', base .. 'batch:' .. id, 'planned', 1)
  redis.call('ZREM', base .. 'leases', id)
  redis.call('ZREM', base .. 'parked', id)
  give_place(base, id)
  stop_sections(base, id, now, retention_ms)
  return true
end

-- end_section(base of the keys, section's job, its work, status, now, retention in ms, told)
local function end_section(base, job, work_id, status, now, retention_ms, told)
  local batch = note_section(base, job, work_id, status, now, told)
  redis.call('DEL', base .. 'job:' .. job)
  if not batch then
    return
  end
  local conclusive = conclusion(base, batch)
  if conclusive then
    settle(base, batch, conclusive, now, retention_ms)
  elseif status == 'failed' and redis.call('HGET', base .. 'batch:' .. batch, 'stops') == '1' then
    stop_sections(base, batch, now, retention_ms)
  end
end

-- settle_section(base of the keys, work id, status, now, retention in ms, told): what is worth keeping is its
-- batch's by then; its worker may ask again for a while
local function settle_section(base, id, status, now, retention_ms, told)
  local members = redis.call('SMEMBERS', base .. 'members:' .. id)
  redis.call('DEL', base .. 'members:' .. id)
  for _, job in ipairs(members) do
    redis.call('ZREM', base .. 'starts', job)
    end_section(base, job, id, status, now, retention_ms, told)
  end
  redis.call('DEL', base .. 'input:' .. id, base .. 'result:' .. id, base .. 'log:' .. id)
  redis.call('PEXPIRE', base .. 'work:' .. id, LINGER_MS)
end

-- count_end(base of the keys, work key, kind, now): sections that never began are no measure of the pace
local function count_end(base, work, kind, now)
  local pace = base .. 'pace:' .. redis.call('HGET', work, 'lane')
  if kind ~= 'section' then
    note_end(pace, now, 1)
  elseif redis.call('HEXISTS', work, 'started') == 1 then
    note_end(pace, now, 1 / SECTIONS_A_PLACE)
  end
end

-- settle(base of the keys, work id, status, now, retention in ms[, suggestions of a section])
--
-- Of work whose jobs are all deleted nothing is kept, but for as long as its worker may ask again.
function settle(base, id, status, now, retention_ms, told)
  local work, log = base .. 'work:' .. id, base .. 'log:' .. id
  local kind = redis.call('HGET', work, 'kind')
  if kind == 'batch' and put_off(base, id, status, now, retention_ms) then
    return
  end
  local kept_ms = tonumber(redis.call('HGET', work, 'keep_ms') or retention_ms)
  if redis.call('HGET', work, 'jobs') == '0' then
    kept_ms = LINGER_MS
    redis.call('DEL', base .. 'input:' .. id, base .. 'result:' .. id)
    redis.call('PEXPIRE', base .. 'job:' .. id, LINGER_MS)
  end
  book(base, id)
  run_no_longer(base, id, now)
  append(work, log, 'end', '')
  redis.call('HSET', work, 'status', status, 'finished', now, 'expires', now + kept_ms)
  note_inactive(base, id)
  give_place(base, id)
  count_end(base, work, kind, now)
  -- What another model answered is not what the next one asks for.
  local is_their_own = redis.call('HEXISTS', work, 'answered_by') == 0
  unshare(base, id, status == 'succeeded' and is_their_own and LINGER_MS or 0)
  if kind == 'section' then
    settle_section(base, id, status, now, retention_ms, told or {})
    return
  end

  local members = base .. 'members:' .. id
  for _, job in ipairs(redis.call('SMEMBERS', members)) do
    redis.call('ZREM', base .. 'starts', job)
    forget_job(base, job, kept_ms)
    count_job(base, job, id, status, now)
  end
  redis.call('DEL', members)
  for _, key in ipairs({work, log, base .. 'input:' .. id, base .. 'result:' .. id}) do
    redis.call('PEXPIRE', key, kept_ms)
  end
  expire_batch(base, id, kept_ms)
  redis.call('PUBLISH', base .. 'news', id)
end

-- leave_alone(base, job id, work id, as, now, retention in ms): others go on waiting for the work
local function leave_alone(base, id, work_id, as, now, retention_ms)
  local job, work, members = base .. 'job:' .. id, base .. 'work:' .. work_id, base .. 'members:' .. work_id
  redis.call('SREM', members, id)
  -- Before the work is written down as it stood: who stays pays for the earlier tries, too.
  if redis.call('HGET', work, 'payer') == id then
    redis.call('HSET', work, 'payer', redis.call('SRANDMEMBER', members))
  end
  if redis.call('HGET', work, 'kind') == 'section' then
    end_section(base, id, work_id, as, now, retention_ms, {})
    return
  end
  note(work, base .. 'log:' .. work_id, 'left', id) -- ends this job's view of the log here
  redis.call('HSET', job, 'ended', as, 'finished', now, 'last_seq', redis.call('HGET', work, 'seq'),
    'expires', now + retention_ms, 'seen', cjson.encode(redis.call('HGETALL', work)))
  forget_job(base, id, retention_ms)
  count_job(base, id, work_id, as, now)
  redis.call('PUBLISH', base .. 'news', work_id)
end

-- leave(base of the keys, job id, as, now, retention in ms)
--   -> 'ended' (it was final before), the status it has now, or 'stopping'
--
-- A job leaves its work. Others that wait for the same work are unharmed, and one of them then shows
-- what it costs; the work stops when its last job is gone: at once if nobody is at it, else by its
-- worker, which hears of it with its next heartbeat and records what was used.
function leave(base, id, as, now, retention_ms)
  local job = redis.call('HMGET', base .. 'job:' .. id, 'work', 'ended')
  local work_id = job[1]
  local members = work_id and base .. 'members:' .. work_id
  if not work_id or job[2] or redis.call('SISMEMBER', members, id) == 0 then
    return 'ended'
  end
  redis.call('ZREM', base .. 'starts', id)
  if redis.call('SCARD', members) > 1 then
    leave_alone(base, id, work_id, as, now, retention_ms)
    return as
  end
  unshare(base, work_id, 0)
  if redis.call('HGET', base .. 'work:' .. work_id, 'status') == 'running' then
    redis.call('HSETNX', base .. 'work:' .. work_id, 'stop_as', as)
    stop_sections(base, work_id, now, retention_ms) -- of a batch that is still being planned
    return 'stopping'
  end
  settle(base, work_id, as, now, retention_ms)
  local is_over = redis.call('HEXISTS', base .. 'work:' .. work_id, 'finished') == 1
  return is_over and as or 'stopping'
end
