#!lua flags=allow-oom
-- needs: clock
-- attend(KEYS[1] = workers, KEYS[2] = workers_seen, ARGV = {name, what it says of itself, silent for how many ms is gone})
--   -> now in ms
--
-- A process says that it lives. Whoever comes forgets those that have been silent for too long.
local now = clock()
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[1])
local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[3])
for _, name in ipairs(gone) do
  redis.call('HDEL', KEYS[1], name)
  redis.call('ZREM', KEYS[2], name)
end
return now
