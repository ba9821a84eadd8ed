#!lua flags=allow-oom
-- needs: clock, permits, breakers, turns
-- permit(KEYS, ARGV) -> {'go', ms to wait first}, or {why not, ms until it is worth to ask again}:
--                       'circuit_open', 'budget', 'rate_limit'
--
-- KEYS  1 model   2 permits   3 permit   4.. lines: one's own, and those that go before it
-- ARGV  1 base of the keys   2 permit's id   3 name in the line   4 horizon in ms   5 length of the lease in ms
--       6 requests a minute, as set, or 0   7 tokens   8 tokens of the input   9 most of the reply
--       10 most that it can cost, in billionths of a dollar   11 budget of the day in these, or ''
--       12 address of the provider   13 model   14 ms in which its first words are to come
--
-- One step decides about a call to a model: its circuit breaker, the installation's budget, the provider's
-- pace. What it refuses has changed nothing but a place in the line. A permit that is asked for again, for
-- its answer was lost, is given again.
local base, id, now = ARGV[1], ARGV[2], clock()
lapse_permits(base, now)
local turn = redis.call('HGET', KEYS[3], 'turn')
if turn then
  return {'go', math.max(0, turn - now)}
end
redis.call('HSET', KEYS[1], 'provider', ARGV[12], 'model', ARGV[13])
redis.call('PEXPIRE', KEYS[1], DAY_MS)
redis.call('ZADD', base .. 'models', now, KEYS[1])

local wait, is_probe = breaker_wait(KEYS[1], now)
if wait > 0 then
  return {'circuit_open', wait}
end
wait = wait_for_money(base, tonumber(ARGV[10]), ARGV[11], now)
if wait > 0 then
  return {'budget', wait}
end
local pace = pace_of(KEYS[1], {rpm = ARGV[6], tpm = ARGV[7], input = ARGV[8], output = ARGV[9]}, now)
if not pace.is_known and is_too_cold(KEYS[1], now) then
  return {'rate_limit', COLD_WAIT_MS}
end
local at, is_mine = take_turn({unpack(KEYS, 4)}, ARGV[3], pace, tonumber(ARGV[4]), now)
wait = math.ceil(at - now)
if not is_mine then
  return {'rate_limit', wait}
end

advance(KEYS[1], pace, now)
local ends = now + wait + ARGV[5]
open_permit(base, id, {'asker', ARGV[3], 'is_probe', is_probe and 1 or 0,
  'turn', now + wait, 'cost_nusd', ARGV[10], 'tokens', tostring(pace.tokens), 'output', ARGV[9],
  'req_ms', tostring(pace.req_ms), 'tok_ms', tostring(pace.tok_ms), 'each_tok', tostring(pace.each_tok)}, ends, now)
if is_probe then
  redis.call('HSET', KEYS[1], 'probe', id, 'probe_until', now + wait + ARGV[14])
end
return {'go', wait}
