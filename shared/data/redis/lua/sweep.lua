-- needs: clock, pace, logs, ends
-- sweep(KEYS, ARGV) -> {id, queue, why} of all work that needs a message
--
-- KEYS  1 leases   2 parked   3 starts   4 shelf   5.. ready, of each lane
-- ARGV  1 base of the keys   2 attempts a job has   3 ms until published again   4 retention in ms
--       5 how many at most   6 reap 0|1   7 the error of work that used up its attempts (JSON)
--       8 ms that such work is kept   9 the error of work whose time is over (JSON)
--
-- Many sweepers may run at once: each id is moved by whoever comes first. A lease that ended without
-- a finish means a dead or frozen process: the work is queued again under a new fence, until its
-- attempts are used up; the last one runs alone, in the queue `isolate`, so that work which kills its
-- process takes no other with it. What the lost attempt had shown is withdrawn.
local base, attempts, again_ms = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local now, limit, found = clock(), tonumber(ARGV[5]), {}

local function due(key)
  return redis.call('ZRANGE', key, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
end

local function queue_again(id, work, queue, why)
  redis.call('HSET', work, 'status', 'queued', 'queue', queue)
  redis.call('ZADD', base .. 'ready:' .. redis.call('HGET', work, 'lane'), now + again_ms, id)
  redis.call('PUBLISH', base .. 'news', id)
  found[#found + 1] = {id, queue, why}
end

local function shelve(id, work)
  redis.call('HSET', work, 'error', ARGV[7])
  redis.call('ZADD', KEYS[4], now, id)
  settle(base, id, 'failed', now, tonumber(ARGV[8]))
end

local function reap(id)
  local work = base .. 'work:' .. id
  local held = redis.call('HMGET', work, 'status', 'attempts', 'stop_as', 'deadline')
  local used = tonumber(held[2])
  redis.call('ZREM', KEYS[1], id)
  if held[1] ~= 'running' then
    return
  elseif held[3] then
    settle(base, id, held[3], now, tonumber(ARGV[4]))
  elseif tonumber(held[4]) <= now then
    redis.call('HSET', work, 'error', ARGV[9])
    settle(base, id, 'failed', now, tonumber(ARGV[4]))
  elseif used >= attempts then
    shelve(id, work)
  else
    withdraw(work, base .. 'log:' .. id, 'worker_lost')
    queue_again(id, work, used == attempts - 1 and 'isolate' or 'rescue', 'worker_lost')
  end
end

redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ARGV[8])
if ARGV[6] == '1' then
  for _, id in ipairs(due(KEYS[1])) do
    reap(id)
  end
end
for _, id in ipairs(due(KEYS[2])) do
  redis.call('ZREM', KEYS[2], id)
  local work = base .. 'work:' .. id
  queue_again(id, work, redis.call('HGET', work, 'queue'), 'wait_over')
end
for _, job in ipairs(due(KEYS[3])) do
  redis.call('ZREM', KEYS[3], job)
  leave(base, job, 'expired', now, tonumber(ARGV[4]))
end
for i = 5, #KEYS do
  for _, id in ipairs(due(KEYS[i])) do
    redis.call('ZADD', KEYS[i], 'XX', now + again_ms, id)
    found[#found + 1] = {id, redis.call('HGET', base .. 'work:' .. id, 'queue'), 'overdue'}
  end
end
return found
