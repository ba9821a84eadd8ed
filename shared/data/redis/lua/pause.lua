#!lua flags=allow-oom
-- needs: clock, pauses
-- pause(KEYS, ARGV) -> whether this was news to the partition 0|1
--
-- KEYS  1 paused   2 paused_by   3.. ready, of the queues for later tries
-- ARGV  1 number of the change   2 base of the keys   3.. lanes that are paused from now on
--
-- Changes may come late, or again from whoever finds one missing: only a newer one counts. Work that had begun
-- does not lose the time of the pause; that of a lane which goes on is published by the next sweep.
local now, base = clock(), ARGV[2]
local MOST = 1000 -- work that has begun is no more than there are slots

if tonumber(redis.call('GET', KEYS[2]) or 0) >= tonumber(ARGV[1]) then
  return 0
end
redis.call('SET', KEYS[2], ARGV[1])
redis.call('DEL', KEYS[1])
for i = 3, #ARGV do
  redis.call('SADD', KEYS[1], ARGV[i])
end
for i = 3, #KEYS do
  for _, id in ipairs(redis.call('ZRANGE', KEYS[i], 0, MOST - 1)) do
    local work = base .. 'work:' .. id
    if is_paused(base, redis.call('HGET', work, 'lane')) then
      stop_clock(work, now)
    else
      redis.call('ZADD', KEYS[i], 'XX', now, id)
    end
  end
end
return 1
