-- needs: logs
-- append_events(KEYS, ARGV) -> number of the last entry, or 0 for one who no longer holds the work
--
-- KEYS  1 work   2 log   3 news (a channel)
-- ARGV  1 work id   2 fence   3.. name, data of each event
local work = redis.call('HMGET', KEYS[1], 'status', 'fence')
if work[1] ~= 'running' or work[2] ~= ARGV[2] then
  return 0
end
local seq = 0
for i = 3, #ARGV, 2 do
  seq = append(KEYS[1], KEYS[2], ARGV[i], ARGV[i + 1])
end
redis.call('HSET', KEYS[1], 'shown', 1)
redis.call('PUBLISH', KEYS[3], ARGV[1])
return seq
