#!lua flags=allow-oom
-- needs: durability
-- promote(KEYS, ARGV) -> whether it may be told before it is in the append-only file 0|1
--
-- KEYS  1 session   2 what it has become
-- ARGV  1 owner that it becomes   2 ms for which this is remembered
--
-- From here on no job is accepted for the session: admission asks for it in the same partition.
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return is_postponed()
