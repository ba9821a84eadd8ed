#!lua flags=allow-oom
-- needs: clock
-- beat(KEYS, ARGV) -> for each piece of work: 'held', 'stop' or 'lost'
--
-- KEYS  1 leases   2.. works
-- ARGV  1 length of the lease in ms   2.. id, fence of each work
--
-- One call renews all leases that a process holds in this partition, and its answer carries what
-- became of them meanwhile. Work that hangs past its deadline in spite of all is not renewed, so that
-- its slot may be lost but its job is not.
local LATE_MS = 2000
local now, fates = clock(), {}
for i = 2, #KEYS do
  local id, fence = ARGV[2 * i - 2], ARGV[2 * i - 1]
  local work = redis.call('HMGET', KEYS[i], 'status', 'fence', 'stop_as', 'deadline')
  if work[1] ~= 'running' or work[2] ~= fence or now > work[4] + LATE_MS then
    fates[i - 1] = 'lost'
  else
    redis.call('ZADD', KEYS[1], 'XX', now + ARGV[1], id)
    fates[i - 1] = work[3] and 'stop' or 'held'
  end
end
return fates
