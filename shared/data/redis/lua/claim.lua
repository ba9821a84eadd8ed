#!lua flags=allow-oom
-- needs: clock, pace, logs, lines, starts, pauses, usage, purses, running, batches, unbegun, ends
-- claim(KEYS, ARGV) -> {'claimed', kind, fence, attempt, epoch, waits, last number of the log, queue,
--                       ms until the deadline, usage so far (JSON) or '', input, owner, request id, trace,
--                       ids of other work that needs a message, ms from acceptance to the first claim}
--                   or {why not}
--
-- KEYS  1 work   2 input   3 leases   4 log   5 members   6 news (a channel)
-- ARGV  1 work id   2 length of the lease in ms   3 model (JSON)   4 worker   5 base of the keys
--       6 retention in ms   7 queue that the message came by   8 error of work whose time is over (JSON)
--       9 name of this very claim   10 window of the bulk lane   11 ms until published again
--       12 error of work that cannot be paid (JSON)
--
-- The event names the model that the job asks for, if it asks for one of its own, else ARGV 3.
--
-- A message may come twice, late or never: only work that is queued can be claimed. Each claim has
-- a higher fence than the last, and whoever holds a lower one can change nothing any more. The
-- deadline runs from the first claim, so that tries cannot add up to more than one budget. A job
-- that had to begin by now and has not is expired, and costs nothing. A claim that is asked again,
-- for its answer was lost, is given again and charged once. Work that holds no money, and for which nothing is
-- left, ends here; what may yet be paid, when others have cost less than they might, waits, and so does work of
-- an owner for whom enough runs. Work of a lane that is paused stays where it is, for the first
-- sweep after the pause.
local now, base = clock(), ARGV[5]
local AGAIN_MS = 1000 -- after which work asks once more whether it can be paid

if redis.call('HEXISTS', KEYS[1], 'timed') == 1 and not has_begun(base, ARGV[1]) then
  for _, job in ipairs(redis.call('SMEMBERS', KEYS[5])) do
    local start_by = redis.call('HGET', base .. 'job:' .. job, 'start_by')
    if start_by and tonumber(start_by) <= now then
      leave(base, job, 'expired', now, tonumber(ARGV[6]))
    end
  end
end

local work = redis.call('HMGET', KEYS[1], 'status', 'budget', 'deadline', 'request', 'trace', 'lane',
  'queue', 'claim', 'kind')

-- Whose it is by now: the input says whose it was. All jobs of a work belong to one owner.
local function owner()
  local job = redis.call('SRANDMEMBER', KEYS[5])
  local whose = job and redis.call('HMGET', base .. 'job:' .. job, 'owner', 'batch') or {}
  return whose[2] and owner_of(base, whose[2]) or whose[1] or ''
end

local function fail(problem)
  redis.call('HSET', KEYS[1], 'error', problem)
  settle(base, ARGV[1], 'failed', now, tonumber(ARGV[6]))
  return {'failed'}
end

local function claimed(others)
  local held = redis.call('HMGET', KEYS[1], 'fence', 'attempts', 'epoch', 'waits', 'seq', 'deadline',
    'usage', 'kind', 'started', 'created')
  return {'claimed', held[8], tonumber(held[1]), tonumber(held[2]), tonumber(held[3]), tonumber(held[4] or 0),
    tonumber(held[5]), work[7], held[6] - now, held[7] or '', redis.call('GET', KEYS[2]), owner(),
    work[4], work[5], others, held[9] - (held[10] or held[9])}
end

if work[1] == 'running' and work[8] == ARGV[9] then
  return claimed({})
end
if work[1] ~= 'queued' then
  return {work[1] or 'gone'}
end
-- The last attempt of a suspect runs alone, whichever way a message about it went astray.
if work[7] == 'isolate' and ARGV[7] ~= 'isolate' then
  return {'elsewhere'}
end
if work[3] and tonumber(work[3]) <= now then
  return fail(ARGV[8])
end
if is_paused(base, work[6]) then
  stop_clock(KEYS[1], now)
  redis.call('ZADD', base .. 'ready:' .. work[7], 'XX', now, ARGV[1])
  return {'paused'}
end
local affordable = afford(base, ARGV[1], now)
if affordable == 'never' then
  return fail(ARGV[12])
end
local wait_ms, reason = AGAIN_MS, 'budget'
if affordable == 'yes' then
  wait_ms, reason = ms_blocked(base, ARGV[1], owner()), 'rate_limit'
end
if wait_ms > 0 then
  let_wait(base, ARGV[1], reason, now + wait_ms)
  return {'waiting'}
end

for _, job in ipairs(redis.call('SMEMBERS', KEYS[5])) do
  redis.call('ZREM', base .. 'starts', job)
end
redis.call('HINCRBY', KEYS[1], 'fence', 1)
local attempt = redis.call('HINCRBY', KEYS[1], 'attempts', 1)
local deadline = deadline_of(KEYS[1], now, work[2])
redis.call('HSET', KEYS[1], 'status', 'running', 'deadline', deadline, 'worker', ARGV[4],
  'claim', ARGV[9])
redis.call('HDEL', KEYS[1], 'shared', 'reason', 'unbegun')
redis.call('HSETNX', KEYS[1], 'started', now)
give_place(base, ARGV[1])
redis.call('ZADD', KEYS[3], now + ARGV[2], ARGV[1])
note_active(base, work[7], ARGV[1])
local about = cjson.decode(redis.call('HGET', base .. 'job:' .. ARGV[1], 'about') or '{}')
local model = about.asks and cjson.encode(about.asks) or ARGV[3]
if work[9] == 'section' then
  for _, job in ipairs(redis.call('SMEMBERS', KEYS[5])) do
    begin_section(base, job, attempt, now)
  end
else
  append(KEYS[1], KEYS[4], 'job.started', '{"attempt":' .. attempt .. ',"model":' .. model .. '}')
  redis.call('PUBLISH', KEYS[6], ARGV[1])
end
local due = now + ARGV[11]
return claimed(work[6] == FAIR and release(base, tonumber(ARGV[10]), due) or {})
