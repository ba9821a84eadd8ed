#!lua flags=no-writes,allow-oom
-- needs: clock
-- present(KEYS[1] = workers, KEYS[2] = workers_seen, ARGV[1] = silent for how many ms is gone)
--   -> {{what it said, when it was heard last in ms}, ...} of those that live
local living = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. (clock() - ARGV[1]), '+inf', 'WITHSCORES')
local found = {}
for k = 1, #living, 2 do
  local told = redis.call('HGET', KEYS[1], living[k])
  if told then
    found[#found + 1] = {told, living[k + 1]}
  end
end
return found
