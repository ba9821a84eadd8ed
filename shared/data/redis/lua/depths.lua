#!lua flags=no-writes,allow-oom
-- depths(KEYS, ARGV) -> {on the shelf, ended (field, count, ...), {handed out and not claimed, by queue as in KEYS},
--                        {held back}, running, waiting}; of these two each is {by lane as in KEYS},
--                        {queues of what no set of a lane holds}
--
-- KEYS  1 leases   2 parked   3 shelf   4 ended   5 held: bulk work   6 held: sections
--       7.. active, of each lane, and then ready, of each queue
-- ARGV  1 base of the keys   2 number of lanes
--
-- How much work there is in this partition, for the metrics. A batch that waits for its sections is none. What
-- runs and what waits is counted by whole sets: Redis does nothing else meanwhile. Only work that an earlier
-- version has claimed, or put off, stands in none, and is looked at by itself.
local lanes = tonumber(ARGV[2])
local active = {unpack(KEYS, 7, 6 + lanes)}

local function by_lane(key)
  local counts, rest, unknown = {}, redis.call('ZCARD', key), {}
  for k, lane in ipairs(active) do
    counts[k] = redis.call('ZINTERCARD', 2, key, lane)
    rest = rest - counts[k]
  end
  for _, id in ipairs(rest > 0 and redis.call('ZDIFF', lanes + 1, key, unpack(active)) or {}) do
    unknown[#unknown + 1] = redis.call('HGET', ARGV[1] .. 'work:' .. id, 'queue') or nil
  end
  return {counts, unknown}
end

local ready = {}
for k = 7 + lanes, #KEYS do
  ready[#ready + 1] = redis.call('ZCARD', KEYS[k])
end
local held = redis.call('ZCARD', KEYS[5]) + redis.call('ZCARD', KEYS[6])
return {redis.call('ZCARD', KEYS[3]), redis.call('HGETALL', KEYS[4]), ready, held, by_lane(KEYS[1]), by_lane(KEYS[2])}
