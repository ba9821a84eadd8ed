#!lua flags=no-writes,allow-oom
-- needs: clock
-- look_batch(KEYS, ARGV) -> {batch hash, {status, how many, ...} of the sections that live, now, is final 0|1}
--
-- KEYS  1 batch   2 children   3 batch's work
-- ARGV  1 base of the keys
local live = {}
for _, job in ipairs(redis.call('HVALS', KEYS[2])) do
  local work = redis.call('HGET', ARGV[1] .. 'job:' .. job, 'work')
  local status = work and redis.call('HGET', ARGV[1] .. 'work:' .. work, 'status') or 'queued'
  live[status] = (live[status] or 0) + 1
end
local counted = {}
for status, count in pairs(live) do
  counted[#counted + 1] = status
  counted[#counted + 1] = count
end
return {redis.call('HGETALL', KEYS[1]), counted, clock(), redis.call('HEXISTS', KEYS[3], 'finished')}
