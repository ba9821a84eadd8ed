#!lua flags=no-writes,allow-oom
-- needs: clock, usage
-- purse(KEYS, ARGV) -> {{spent, reserved} of each purse, ms until the next day, now}
--
-- KEYS  purses, without their day
local now, found = clock(), {}
for k, key in ipairs(KEYS) do
  local held = redis.call('HMGET', key .. ':' .. day_of(now), 'spent_nusd', 'reserved_nusd')
  found[k] = {tonumber(held[1] or 0), tonumber(held[2] or 0)}
end
return {found, DAY_MS - now % DAY_MS, now}
