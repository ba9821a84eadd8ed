#!lua flags=allow-oom
-- needs: owners
-- decide(KEYS, ARGV) -> 1 noted, 0 when there is no such job, or its keeping time is over
--
-- KEYS  1 job   2 decisions   3 tally of the template, or decisions again where there is none
-- ARGV  1 owner   2 accepted|rejected   3 base of the keys   4 is tallied 0|1   5... suggestion ids
--
-- What a writer decided about a suggestion may change; the template's tally counts the last word. It
-- is kept as long as the job's result.
local job = redis.call('HMGET', KEYS[1], 'owner', 'work', 'expires')
if not belongs(ARGV[3], job[1], ARGV[1]) then
  return 0
end
local work = ARGV[3] .. 'work:' .. job[2]
local left_ms = redis.call('PTTL', work)
if left_ms == -2 then
  return 0
end
local decision = ARGV[2]
for n = 5, #ARGV do
  local before = redis.call('HGET', KEYS[2], ARGV[n])
  if before ~= decision then
    redis.call('HSET', KEYS[2], ARGV[n], decision)
    if ARGV[4] == '1' then
      if before then
        redis.call('HINCRBY', KEYS[3], before, -1)
      end
      redis.call('HINCRBY', KEYS[3], decision, 1)
    end
  end
end
if job[3] then -- it left work that others wait for
  redis.call('PEXPIREAT', KEYS[2], job[3])
elseif left_ms >= 0 then
  redis.call('PEXPIRE', KEYS[2], left_ms)
end
return 1
