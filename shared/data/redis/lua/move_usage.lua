#!lua flags=allow-oom
-- needs: clock, usage
-- move_usage(KEYS, ARGV) -> 1: says whose these days are from now on; safe to repeat
--
-- KEYS  1 usage of a day
-- ARGV  1 base of the keys   2 owner so far   3 day   4 owner from now on
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSET', KEYS[1], 'owner', ARGV[4])
  note_change(ARGV[1], ARGV[2], ARGV[3], clock())
end
return 1
