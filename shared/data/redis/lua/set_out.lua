#!lua flags=allow-oom
-- needs: clock, pace, logs, lines, usage, purses, running, batches, unbegun, ends
-- set_out(KEYS, ARGV) -> 1, or 0 for one who no longer holds the batch
--
-- KEYS  1 batch's work   2 batch   3 log   4 news (a channel)
-- ARGV  1 batch's work id   2 fence   3 base of the keys   4 retention in ms
--
-- All sections are there: nobody holds the batch any more, and its last section ends it. If none is left to
-- wait for it ends here, and if it was stopped meanwhile they are stopped too.
local now, id, base = clock(), ARGV[1], ARGV[3]
local work = redis.call('HMGET', KEYS[1], 'status', 'fence', 'stop_as', 'done_by')
if work[4] == ARGV[2] then
  return 1 -- asked again, for the answer was lost
end
if work[1] ~= 'running' or work[2] ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'done_by', ARGV[2])
redis.call('HSET', KEYS[2], 'planned', 1)
if work[3] then
  settle(base, id, work[3], now, tonumber(ARGV[4]))
  return 1
end
local conclusive = conclusion(base, id)
if conclusive then
  settle(base, id, conclusive, now, tonumber(ARGV[4]))
  return 1
end
redis.call('HSET', KEYS[1], 'status', 'waiting', 'reason', 'dependency')
redis.call('HDEL', KEYS[1], 'until')
redis.call('ZREM', base .. 'leases', id)
append(KEYS[1], KEYS[3], 'job.waiting', '{"reason":"dependency","until":null}')
redis.call('PUBLISH', KEYS[4], id)
return 1
