#!lua flags=allow-oom
-- needs: clock, permits, breakers, turns
-- permit_over(KEYS, ARGV) -> 1 settled, 0 if it was before, or has lapsed
--
-- KEYS  1 model   2 permits   3 permit
-- ARGV  1 base of the keys   2 permit's id   3 outcome   4 tokens of the input   5 and of the reply
--       6 what it cost, in billionths of a dollar   7 failures that open the circuit breaker
--
-- A call is over: what it cost is spent, the pace learns what it took, the breaker how it went.
local SMOOTH = 0.05 -- how much one call counts for what others will take
local now = clock()
local held = close_permit(ARGV[1], ARGV[2], ARGV[6])
if not held then
  return 0
end
local is_unused = ARGV[3] == 'unused'
if redis.call('EXISTS', KEYS[1]) == 1 then
  give_turn_back(KEYS[1], held, not is_unused and ARGV[4] + ARGV[5] or nil)
  judge_call(KEYS[1], ARGV[2], held, ARGV[3], tonumber(ARGV[7]), now)
end
if ARGV[3] == 'ok' and tonumber(held.output) > 0 then
  local share = redis.call('HGET', KEYS[1], 'out_share') or 0.5
  local told = math.min(1, ARGV[5] / held.output)
  redis.call('HSET', KEYS[1], 'out_share', tostring(share + SMOOTH * (told - share)))
end
return 1
