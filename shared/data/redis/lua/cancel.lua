#!lua flags=allow-oom
-- needs: clock, owners, pace, logs, lines, usage, purses, running, batches, unbegun, ends
-- cancel(KEYS, ARGV) -> 'gone', 'ended' (it was final before), the status it has now, or 'stopping'
--
-- KEYS  1 job
-- ARGV  1 job id   2 owner   3 base of the keys   4 retention in ms   5 cancelled|superseded
if not belongs(ARGV[3], redis.call('HGET', KEYS[1], 'owner'), ARGV[2]) then
  return 'gone'
end
return leave(ARGV[3], ARGV[1], ARGV[5], clock(), tonumber(ARGV[4]))
