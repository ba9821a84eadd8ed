#!lua flags=allow-oom
-- needs: clock, owners, pace, logs, lines, usage, purses, running, batches, unbegun, ends
-- delete(KEYS, ARGV) -> 1, or 0 when there is no such job
--
-- KEYS  1 job   2 decisions
-- ARGV  1 job id   2 owner   3 base of the keys   4 retention in ms
--
-- A live job is cancelled first, so whoever shares its work is unharmed. Of the job that began the work,
-- and of one whose worker is yet to stop, a record is left that belongs to nobody: a worker may still want to
-- know what it asked for, and what it used is counted for whoever deleted it. With the last job of a work
-- all that was kept of it goes, at once or, if a worker is at it, when that has stopped.
local base = ARGV[3]
local owner = redis.call('HGET', KEYS[1], 'owner')
if not belongs(base, owner, ARGV[2]) then
  return 0
end
local fate = leave(base, ARGV[1], 'cancelled', clock(), tonumber(ARGV[4]))
local id = redis.call('HGET', KEYS[1], 'work')
local work = base .. 'work:' .. id
redis.call('HDEL', KEYS[1], 'owner')
redis.call('HSET', KEYS[1], 'deleted_by', owner)
redis.call('DEL', KEYS[2])
redis.call('ZREM', base .. 'jobs:' .. owner, ARGV[1])
if redis.call('EXISTS', work) == 0 or (ARGV[1] ~= id and fate ~= 'stopping') then
  redis.call('DEL', KEYS[1])
end
if redis.call('EXISTS', work) == 0 then
  return 1
end
if redis.call('HINCRBY', work, 'jobs', -1) == 0 and fate ~= 'stopping' then
  unshare(base, id, 0)
  redis.call('DEL', base .. 'input:' .. id, base .. 'result:' .. id)
  redis.call('ZREM', base .. 'shelf', id)
  for _, key in ipairs({base .. 'job:' .. id, work, base .. 'log:' .. id}) do
    redis.call('PEXPIRE', key, LINGER_MS)
  end
  expire_batch(base, id, 0)
end
return 1
