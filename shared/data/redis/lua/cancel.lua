-- needs: clock, logs, ends
-- cancel(KEYS, ARGV) -> 'gone', 'ended' (it was final before), 'cancelled' or 'stopping'
--
-- KEYS  1 job
-- ARGV  1 job id   2 owner   3 base of the keys   4 retention in ms
--
-- A job leaves its work. Others that wait for the same work are unharmed, and one of them then shows
-- what it costs; the work stops when its last job is gone: at once if nobody has begun, else by its
-- worker, which hears of it with its next heartbeat and records what was used.
local now = clock()
local job = redis.call('HMGET', KEYS[1], 'owner', 'work', 'ended')
if job[1] ~= ARGV[2] then
  return 'gone'
end
local base, work_id = ARGV[3], job[2]
local work, members = base .. 'work:' .. work_id, base .. 'members:' .. work_id
local held = redis.call('HMGET', work, 'status', 'seq', 'payer', 'cancel')
if job[3] or redis.call('SISMEMBER', members, ARGV[1]) == 0 then
  return 'ended'
end
if held[4] then
  return 'stopping'
end

if redis.call('SCARD', members) == 1 then
  redis.call('HSET', work, 'cancel', 1)
  local in_flight = redis.call('HGET', work, 'inflight')
  if in_flight then
    redis.call('DEL', base .. 'inflight:' .. in_flight)
    redis.call('HDEL', work, 'inflight')
  end
  if held[1] == 'running' then
    return 'stopping'
  end
  settle(base, work_id, 'cancelled', now, tonumber(ARGV[4]))
  return 'cancelled'
end

redis.call('SREM', members, ARGV[1])
note(work, base .. 'log:' .. work_id, 'left', ARGV[1]) -- ends this job's view of the log here
redis.call('HSET', KEYS[1], 'ended', 'cancelled', 'finished', now, 'last_seq', held[2],
  'expires', now + ARGV[4], 'seen', cjson.encode(redis.call('HGETALL', work)))
forget_job(KEYS[1], tonumber(ARGV[4]))
if held[3] == ARGV[1] then
  redis.call('HSET', work, 'payer', redis.call('SRANDMEMBER', members))
end
redis.call('PUBLISH', base .. 'news', work_id)
return 'cancelled'
