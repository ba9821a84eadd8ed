#!lua flags=allow-oom
-- needs: clock
-- change(KEYS, ARGV) -> 1
--
-- KEYS  1 generation (see generation.lua)
-- ARGV  1 token   2 ms that the change may take; 0 once it is done
--
-- Before and after, the generation ends: before, so that what was kept is not believed any more,
-- should this be the last that the writer does; after, for the readers of a change that took longer.
local now = clock()
redis.call('HDEL', KEYS[1], 'g')
if tonumber(ARGV[2]) > 0 then
  redis.call('HSET', KEYS[1], 'w:' .. ARGV[1], now + ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
else
  redis.call('HDEL', KEYS[1], 'w:' .. ARGV[1])
end
return 1
