-- needs: clock, logs, ends
-- sweep(KEYS, ARGV) -> {ids whose holder is lost, ids whose message is overdue}
--
-- KEYS  1 leases   2 ready (of one lane)
-- ARGV  1 base of the keys   2 lane   3 tries a job has   4 ms until published again
--       5 retention in ms   6 how many at most   7 reap 0|1   8 the error of work that lost its last try (JSON)
--
-- Many sweepers may run at once: each id is moved by whoever comes first. A lease that ended without
-- a finish means a dead or frozen process: the work is queued again under a new fence, until its
-- tries are used up. Text that the lost try had shown is withdrawn by `output.reset`.
local now, lost, overdue = clock(), {}, {}
local limit = tonumber(ARGV[6])

local function requeue(id, work, log)
  redis.call('HSET', work, 'status', 'queued')
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZADD', KEYS[2], now + ARGV[4], id)
  local epoch = redis.call('HGET', work, 'attempts')
  append(work, log, 'output.reset', '{"epoch":' .. epoch .. ',"reason":"worker_lost"}')
  redis.call('PUBLISH', ARGV[1] .. 'news', id)
  lost[#lost + 1] = id
end

local function reap(id)
  local work = ARGV[1] .. 'work:' .. id
  local held = redis.call('HMGET', work, 'status', 'lane', 'attempts', 'cancel')
  if held[1] ~= 'running' then
    redis.call('ZREM', KEYS[1], id)
  elseif held[2] == ARGV[2] then
    if held[4] then
      settle(ARGV[1], id, 'cancelled', now, tonumber(ARGV[5]))
    elseif tonumber(held[3]) >= tonumber(ARGV[3]) then
      redis.call('HSET', work, 'error', ARGV[8])
      settle(ARGV[1], id, 'failed', now, tonumber(ARGV[5]))
    else
      requeue(id, work, ARGV[1] .. 'log:' .. id)
    end
  end
end

if ARGV[7] == '1' then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)) do
    reap(id)
  end
end
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)) do
  redis.call('ZADD', KEYS[2], 'XX', now + ARGV[4], id)
  overdue[#overdue + 1] = id
end
return {lost, overdue}
