-- needs: clock, pace, logs, ends
-- claim(KEYS, ARGV) -> {'claimed', fence, attempt, epoch, waits, last number of the log, queue,
--                       ms until the deadline, input, request id, trace}
--                   or {why not}
--
-- KEYS  1 work   2 input   3 leases   4 log   5 members   6 news (a channel)
-- ARGV  1 work id   2 length of the lease in ms   3 model (JSON)   4 worker   5 base of the keys
--       6 retention in ms   7 queue that the message came by   8 error of work whose time is over (JSON)
--
-- A message may come twice, late or never: only work that is queued can be claimed. Each claim has
-- a higher fence than the last, and whoever holds a lower one can change nothing any more. The
-- deadline runs from the first claim, so that tries cannot add up to more than one budget. A job
-- that had to begin by now and has not is expired, and costs nothing.
local now, base = clock(), ARGV[5]

if redis.call('HEXISTS', KEYS[1], 'timed') == 1 and redis.call('HEXISTS', KEYS[1], 'started') == 0 then
  for _, job in ipairs(redis.call('SMEMBERS', KEYS[5])) do
    local start_by = redis.call('HGET', base .. 'job:' .. job, 'start_by')
    if start_by and tonumber(start_by) <= now then
      leave(base, job, 'expired', now, tonumber(ARGV[6]))
    end
  end
end

local work = redis.call('HMGET', KEYS[1], 'status', 'budget', 'deadline', 'request', 'trace', 'lane',
  'queue')
if work[1] ~= 'queued' then
  return {work[1] or 'gone'}
end
-- The last attempt of a suspect runs alone, whichever way a message about it went astray.
if work[7] == 'isolate' and ARGV[7] ~= 'isolate' then
  return {'elsewhere'}
end
if work[3] and tonumber(work[3]) <= now then
  redis.call('HSET', KEYS[1], 'error', ARGV[8])
  settle(base, ARGV[1], 'failed', now, tonumber(ARGV[6]))
  return {'failed'}
end

for _, job in ipairs(redis.call('SMEMBERS', KEYS[5])) do
  redis.call('ZREM', base .. 'starts', job)
end
local fence = redis.call('HINCRBY', KEYS[1], 'fence', 1)
local attempt = redis.call('HINCRBY', KEYS[1], 'attempts', 1)
local deadline = work[3] or (now + work[2])
redis.call('HSET', KEYS[1], 'status', 'running', 'deadline', deadline, 'worker', ARGV[4])
redis.call('HSETNX', KEYS[1], 'started', now)
redis.call('ZREM', base .. 'ready:' .. work[6], ARGV[1])
redis.call('ZADD', KEYS[3], now + ARGV[2], ARGV[1])
append(KEYS[1], KEYS[4], 'job.started', '{"attempt":' .. attempt .. ',"model":' .. ARGV[3] .. '}')
redis.call('PUBLISH', KEYS[6], ARGV[1])
local so_far = redis.call('HMGET', KEYS[1], 'epoch', 'waits', 'seq')
return {'claimed', fence, attempt, tonumber(so_far[1]), tonumber(so_far[2] or 0),
  tonumber(so_far[3]), work[7], deadline - now, redis.call('GET', KEYS[2]), work[4], work[5]}
