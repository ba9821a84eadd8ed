#!lua flags=no-writes,allow-oom
-- needs: clock, lines
-- look_batch(KEYS, ARGV) -> {batch hash, {status, how many, ...} of the sections that live, now, is final 0|1}
--
-- KEYS  1 batch   2 children   3 batch's work
-- ARGV  1 base of the keys
--
-- Most of many sections are held back: those are counted in few large commands.
local live = {}
local function count(status)
  live[status] = (live[status] or 0) + 1
end
each_some(redis.call('HVALS', KEYS[2]), function(some)
  for k, is_held in ipairs(redis.call('ZMSCORE', ARGV[1] .. 'held:section', unpack(some))) do
    local work = not is_held and redis.call('HGET', ARGV[1] .. 'job:' .. some[k], 'work')
    count(work and redis.call('HGET', ARGV[1] .. 'work:' .. work, 'status') or 'queued')
  end
end)
local counted = {}
for status, count in pairs(live) do
  counted[#counted + 1] = status
  counted[#counted + 1] = count
end
return {redis.call('HGETALL', KEYS[1]), counted, clock(), redis.call('HEXISTS', KEYS[3], 'finished')}
