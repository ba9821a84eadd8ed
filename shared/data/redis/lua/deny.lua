#!lua flags=allow-oom
-- needs: durability
-- deny(KEYS, ARGV) -> whether it may be told before it is in the append-only file 0|1
--
-- KEYS  1 what was ended of a user's logins
-- ARGV  1 ms for which a token may still be shown   2.. field, value: a login id and 1, or '*' and a
--       moment in ms
for i = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return is_postponed()
