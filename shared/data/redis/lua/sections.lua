#!lua flags=no-writes,allow-oom
-- sections(KEYS, ARGV) -> {{spot (JSON), outcome (JSON) or '', status of one that lives, or ''}, ...}
--
-- KEYS  1 plan   2 outcomes   3 children
-- ARGV  1 base of the keys   2 behind which number   3 how many at most
local after = tonumber(ARGV[2])
local found = {}
for k, spot in ipairs(redis.call('LRANGE', KEYS[1], after, after + ARGV[3] - 1)) do
  local outcome = redis.call('HGET', KEYS[2], after + k)
  local job = not outcome and redis.call('HGET', KEYS[3], after + k)
  local work = job and redis.call('HGET', ARGV[1] .. 'job:' .. job, 'work')
  local status = work and redis.call('HGET', ARGV[1] .. 'work:' .. work, 'status')
  found[k] = {spot, outcome or '', status or ''}
end
return found
