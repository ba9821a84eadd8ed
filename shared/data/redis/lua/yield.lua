#!lua flags=allow-oom
-- needs: clock, logs, lines, starts, usage, purses, running, batches
-- yield(KEYS, ARGV) -> {code, queue of the next try}: 1 done, 0 for one who no longer holds the work,
--                      -1 when there is no time left, -2 when the work was stopped: it is to be
--                      finished, not given back
--
-- KEYS  1 work   2 log   3 leases   4 parked   5 news (a channel)
-- ARGV  1 work id   2 fence   3 why   4 ms to wait, or 0   5 ms until published again
--       6 base of the keys   7 usage so far (JSON)   8 does the wait count among its tries? 0|1
--       9 does its time stand still meanwhile? 0|1
--
-- A worker gives back what it has not finished; the attempt is not charged. With a wait the work is
-- `waiting` and nobody's slot is held; without one it is for the next worker. Waiting past the
-- deadline is no use: then nothing changes, and the worker says what went wrong. Work that waits before it has tried
-- anything, and has cost nothing, is as if it had not begun: what of its jobs had to begin by a moment ends at that.
local now = clock()
local work = redis.call('HMGET', KEYS[1], 'status', 'fence', 'deadline', 'stop_as', 'queue',
  'lane', 'kind')
if work[1] ~= 'running' or work[2] ~= ARGV[2] then
  return {0, ''}
end
if work[4] then
  return {-2, ''}
end
local due, deadline = now + ARGV[4], tonumber(work[3])
if ARGV[9] == '1' then
  deadline = deadline + ARGV[4]
end
if due >= deadline then
  return {-1, ''}
end

local function has_cost_nothing()
  local used = cjson.decode(ARGV[7])
  return used.input_tokens + used.output_tokens == 0 and redis.call('HEXISTS', KEYS[1], 'deaths') == 0
end

redis.call('HINCRBY', KEYS[1], 'attempts', -1)
redis.call('HSET', KEYS[1], 'deadline', deadline)
redis.call('ZREM', KEYS[3], ARGV[1])
local queue = work[5] == 'isolate' and work[5] or rescue_of(work[6])
redis.call('HSET', KEYS[1], 'queue', queue)
if work[7] ~= 'batch' then -- what that has used is counted with its sections
  redis.call('HSET', KEYS[1], 'usage', ARGV[7])
end
book_attempt(ARGV[6], ARGV[1])
run_no_longer(ARGV[6], ARGV[1], now)
withdraw(KEYS[1], KEYS[2], ARGV[3])
if tonumber(ARGV[4]) > 0 then
  redis.call('HSET', KEYS[1], 'status', 'waiting', 'reason', ARGV[3], 'until', due)
  redis.call('HINCRBY', KEYS[1], 'waits', ARGV[8])
  redis.call('ZADD', KEYS[4], due, ARGV[1])
  if ARGV[8] == '0' and has_cost_nothing() then
    unbegin(ARGV[6], ARGV[1])
  end
  append(KEYS[1], KEYS[2], 'job.waiting', '{"reason":"' .. ARGV[3] .. '","until":' .. due .. '}')
else
  redis.call('HSET', KEYS[1], 'status', 'queued')
  hand_out(ARGV[6], queue, ARGV[1], now + ARGV[5])
end
redis.call('PUBLISH', KEYS[5], ARGV[1])
return {1, queue}
