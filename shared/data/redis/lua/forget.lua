#!lua flags=allow-oom
-- needs: clock, pace, logs, lines, usage, ends
-- forget(KEYS, ARGV) -> 1 when it is gone, 0 while its worker is being stopped
--
-- KEYS  1 job   2 decisions
-- ARGV  1 job id   2 owner   3 base of the keys   4 retention in ms
--
-- A job is cancelled if it runs, and then it is unknown. What it was about goes with the last job of
-- its work, a moment later: whoever follows the log is yet to read its end.
local job = redis.call('HMGET', KEYS[1], 'owner', 'work')
if job[1] ~= ARGV[2] then
  return 1
end
if leave(ARGV[3], ARGV[1], 'cancelled', clock(), tonumber(ARGV[4])) == 'stopping' then
  return 0
end
redis.call('DEL', KEYS[1], KEYS[2])
if redis.call('EXISTS', ARGV[3] .. 'members:' .. job[2]) == 0 then
  redis.call('ZREM', ARGV[3] .. 'shelf', job[2])
  for _, kind in ipairs({'work:', 'log:', 'input:', 'result:'}) do
    redis.call('PEXPIRE', ARGV[3] .. kind .. job[2], LINGER_MS)
  end
end
return 1
