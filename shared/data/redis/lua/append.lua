#!lua flags=allow-oom
-- needs: logs
-- append_events(KEYS, ARGV) -> number of the last entry, or 0 for one who no longer holds the work
--
-- KEYS  1 work   2 log   3 news (a channel)
-- ARGV  1 work id   2 fence   3 last number known   4.. name, data of each event
local work = redis.call('HMGET', KEYS[1], 'status', 'fence')
if work[1] ~= 'running' or work[2] ~= ARGV[2] then
  return 0
end
append_rest(KEYS[1], KEYS[2], ARGV[3], ARGV, 4)
local shows = false
for i = 4, #ARGV, 2 do
  shows = shows or ARGV[i] ~= 'job.progress'
end
if shows and redis.call('HGET', KEYS[1], 'kind') ~= 'batch' then -- what that has shown stands, whoever planned it
  redis.call('HSET', KEYS[1], 'shown', 1)
end
redis.call('PUBLISH', KEYS[3], ARGV[1])
return tonumber(redis.call('HGET', KEYS[1], 'seq'))
