#!lua flags=allow-oom
-- usage_copied(KEYS, ARGV) -> 1 if nothing changed since, else 0
--
-- KEYS  1 usage of a day   2 usage_changed
-- ARGV  1 <owner>:<day>   2 changes that the copy knows   3 ms that the original is still kept
if (redis.call('HGET', KEYS[1], 'changes') or '0') ~= ARGV[2] then
  return 0
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
