-- needs: clock, logs
-- claim(KEYS, ARGV) -> {'claimed', fence, attempt, ms until the deadline, input, request id, trace}
--                   or {why not}
--
-- KEYS  1 work   2 input   3 leases   4 log   5 news (a channel)
-- ARGV  1 work id   2 length of the lease in ms   3 model (JSON)   4 worker   5 base of the keys
--
-- A message may come twice, late or never: only work that is queued can be claimed. Each claim has
-- a higher fence than the last, and whoever holds a lower one can change nothing any more. The
-- deadline runs from the first claim, so that tries cannot add up to more than one budget.
local now = clock()
local work = redis.call('HMGET', KEYS[1], 'status', 'budget', 'deadline', 'request', 'trace', 'lane')
if work[1] ~= 'queued' then
  return {work[1] or 'gone'}
end

local fence = redis.call('HINCRBY', KEYS[1], 'fence', 1)
local attempt = redis.call('HINCRBY', KEYS[1], 'attempts', 1)
local deadline = work[3] or (now + work[2])
redis.call('HSET', KEYS[1], 'status', 'running', 'deadline', deadline, 'worker', ARGV[4])
redis.call('HSETNX', KEYS[1], 'started', now)
redis.call('ZREM', ARGV[5] .. 'ready:' .. work[6], ARGV[1])
redis.call('ZADD', KEYS[3], now + ARGV[2], ARGV[1])
append(KEYS[1], KEYS[4], 'job.started', '{"attempt":' .. attempt .. ',"model":' .. ARGV[3] .. '}')
redis.call('PUBLISH', KEYS[5], ARGV[1])
return {'claimed', fence, attempt, deadline - now, redis.call('GET', KEYS[2]), work[4], work[5]}
