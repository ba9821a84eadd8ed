#!lua flags=allow-oom
-- needs: lines
-- hand_over(KEYS, ARGV)
--
-- KEYS  1 jobs of the old owner   2 jobs of the new one
-- ARGV  1 old owner   2 new owner   3 base of the keys   4 ms for which the index is kept   5.. job ids
--
-- Only names change: a job, its work and its index stay in the partition that the job's id tells.
local old, new, base = ARGV[1], ARGV[2], ARGV[3]
for i = 5, #ARGV do
  local id = ARGV[i]
  local job = redis.call('HMGET', base .. 'job:' .. id, 'owner', 'work', 'created')
  if job[1] == old then
    redis.call('HSET', base .. 'job:' .. id, 'owner', new)
    redis.call('ZADD', KEYS[2], job[3], id)
    redis.call('PEXPIRE', KEYS[2], ARGV[4])
    local sections = redis.call('HVALS', base .. 'children:' .. job[2])
    change_lines(base, {job[2], unpack(sections)}, old, new)
  end
  redis.call('ZREM', KEYS[1], id)
end
