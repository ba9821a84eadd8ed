#!lua flags=allow-oom
-- needs: clock, permits, breakers
-- gate_state(KEYS, ARGV) -> {spent today, reserved, {provider, model, state, failures, open until}, ...}
--
-- KEYS  1 permits
-- ARGV  1 base of the keys
--
-- For those who watch: the installation's spending in billionths of a dollar, and each model's circuit breaker.
local base, now = ARGV[1], clock()
lapse_permits(base, now)
local purse = redis.call('HMGET', base .. 'purse:' .. day_of(now), 'spent_nusd', 'reserved_nusd')
local told = {purse[1] or '0', purse[2] or '0'}
redis.call('ZREMRANGEBYSCORE', base .. 'models', '-inf', now - DAY_MS)
for _, key in ipairs(redis.call('ZRANGE', base .. 'models', 0, -1)) do
  local at = redis.call('HMGET', key, 'provider', 'model', 'opens_until')
  if at[1] then
    local _, fails = recent_calls(key, now)
    local state = not at[3] and 'closed' or tonumber(at[3]) > now and 'open' or 'half_open'
    told[#told + 1] = {at[1], at[2], state, fails, tonumber(at[3] or 0)}
  end
end
return told
